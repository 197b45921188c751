using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What the client asks of a helper whose rules are in: one of both.</summary>
/// <param name="replyFrom">A socket that answers in the name of this address.</param>
/// <param name="nameservers">These in place of the nameservers so far.</param>
public sealed class FirewallOrder(Endpoint? replyFrom, IReadOnlyList<DnsRedirect>? nameservers)
{
    /// <summary>A socket that answers in the name of this address, or null.</summary>
    public Endpoint? ReplyFrom => replyFrom;

    /// <summary>These in place of the nameservers so far, or null.</summary>
    public IReadOnlyList<DnsRedirect>? Nameservers => nameservers;
}
