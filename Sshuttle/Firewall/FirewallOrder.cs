using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What the client asks of a helper whose rules are in: one of both.</summary>
/// <param name="ReplyFrom">A socket that answers in the name of this address.</param>
/// <param name="Nameservers">These in place of the nameservers so far.</param>
public readonly record struct FirewallOrder(Endpoint? ReplyFrom, IReadOnlyList<DnsRedirect>? Nameservers);
