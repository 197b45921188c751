using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Firewall;

namespace Sshuttle.Client;

/// <summary>What the helper is asked for beside rules: sockets that only root can make, and other nameservers.</summary>
public sealed partial class FirewallHelper
{
    /// <summary>
    /// A transparent socket, before the rules; waits for it. The value is its descriptor, non-blocking: a listener, or
    /// a datagram socket that tells where each datagram was going (IP_RECVORIGDSTADDR).
    /// </summary>
    /// <param name="udp">Whether it is a datagram socket.</param>
    /// <param name="address">What it is bound to; the port must not be 0.</param>
    /// <exception cref="Fatal">The helper is gone, or no descriptor can be handed over.</exception>
    public SysResult OpenTransparent(bool udp, Endpoint address) => throw new NotImplementedException();

    /// <summary>
    /// A datagram socket bound to a foreign address, from which answers go to local programs; only once the rules are
    /// in. Does not wait: answers come through the event loop in the order of the wishes. Whoever asked owns the
    /// descriptor.
    /// </summary>
    /// <param name="from">The address and port, in an included subnet or a nameserver's.</param>
    /// <param name="done">Is given the descriptor or the failure.</param>
    public void RequestReply(Endpoint from, Action<SysResult> done) => throw new NotImplementedException();

    /// <summary>Has other nameservers captured in place of those so far, at one moment; does not wait.</summary>
    /// <param name="nameservers">At least one.</param>
    /// <param name="done">Is given null, or why it failed in one line; those so far are then still captured.</param>
    public void ReplaceNameservers(IReadOnlyList<DnsRedirect> nameservers, Action<string?> done) => throw new NotImplementedException();
}
