using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// Everything that decides a rule set: what the client asks of the helper. It holds numbers and addresses only, so
/// that nothing a user typed reaches a command line of the helper.
/// </summary>
public sealed record FirewallRequest
{
    /// <summary>Where captured IPv4 connections go, port in host order and not 0; null: no IPv4 rules.</summary>
    public Endpoint? Listener4 { get; init; }

    /// <summary>Where captured IPv6 connections go, port in host order and not 0; null: no IPv6 rules.</summary>
    public Endpoint? Listener6 { get; init; }

    /// <summary>Includes and excludes of both families in the order they were given, which decides ties.</summary>
    public IReadOnlyList<Subnet> Subnets { get; init; } = [];

    /// <summary>Addresses and ports that are never captured: the tunnel's own transport.</summary>
    public IReadOnlyList<Endpoint> Exempt { get; init; } = [];

    /// <summary>
    /// The IP TTL and IPv6 hop limit, 1 to 255, of connections that a server on this very machine makes; null where the
    /// server is elsewhere. Locally made connections with this value pass, so that the server does not capture itself.
    /// </summary>
    public byte? ServerTtl { get; init; }

    /// <summary>Nameservers whose queries are captured, UDP and TCP, whatever the subnets are.</summary>
    public IReadOnlyList<DnsRedirect> Nameservers { get; init; } = [];

    /// <summary>What becomes of datagrams to the subnets, whose port ranges mean UDP ports as well.</summary>
    public UdpMode Udp { get; init; }

    /// <summary>The transparent socket for captured IPv4 datagrams, port in host order and not 0; null: none.</summary>
    public Endpoint? UdpListener4 { get; init; }

    /// <summary>The transparent socket for captured IPv6 datagrams, port in host order and not 0; null: none.</summary>
    public Endpoint? UdpListener6 { get; init; }

    /// <summary>Only locally made traffic of this user is captured, and nothing forwarded; null: everybody's.</summary>
    public uint? Uid { get; init; }

    /// <summary>Only locally made traffic of this group is captured, and nothing forwarded; null: everybody's.</summary>
    public uint? Gid { get; init; }

    /// <summary>The firewall mark by which transparent capturing leads packets to this machine, not 0.</summary>
    public uint Mark { get; init; } = DefaultMark;

    /// <summary>The mark where none is asked for, as in the Python program.</summary>
    public const uint DefaultMark = 1;

    /// <summary>The listener of a family, or null.</summary>
    public Endpoint? Listener(IpFamily family) => family == IpFamily.V4 ? Listener4 : Listener6;

    /// <summary>The UDP listener of a family, or null.</summary>
    public Endpoint? UdpListener(IpFamily family) => family == IpFamily.V4 ? UdpListener4 : UdpListener6;

    /// <summary>
    /// Whether something of a family is to be captured: it has a listener and at least one include or nameserver. A
    /// family that only has excludes gets no rules, so that a machine without working IPv6 is not stopped by an
    /// automatic exclude.
    /// </summary>
    public bool Names(IpFamily family)
    {
        if (Listener(family) is null)
        {
            return false;
        }

        foreach (Subnet subnet in Subnets)
        {
            if (!subnet.Exclude && subnet.Address.Family == family)
            {
                return true;
            }
        }

        return NameserversOf(family).Count > 0;
    }

    /// <summary>
    /// Whether a family gets rules if it can: something of it is to be captured, or may be later because its
    /// nameservers may change.
    /// </summary>
    public bool Wants(IpFamily family) => Names(family) || (Listener(family) is not null && Nameservers.Count > 0);

    /// <summary>
    /// Whether forwarded traffic of a family is captured too. A listener on loopback cannot be reached by it, so it is
    /// then left as it was, as it is where only one user's traffic is captured.
    /// </summary>
    public bool CapturesForwarded(IpFamily family) =>
        Listener(family) is { } listener && !listener.Address.IsLoopback && !HasOwner;

    /// <summary>Whether only one user's or group's traffic is captured. Whose forwarded packets are, nobody knows.</summary>
    public bool HasOwner => Uid is not null || Gid is not null;

    /// <summary>The protocols that are captured as they are, by transparent sockets.</summary>
    /// <param name="tcp">Whether TCP is; else it is turned to the listener.</param>
    public Protocols Transparent(bool tcp) => (tcp ? Protocols.Tcp : Protocols.None) | (Udp == UdpMode.On ? Protocols.Udp : Protocols.None);

    /// <summary>
    /// The subnets of a family in the order they must be tried, the first match deciding, the listener's own address
    /// excluded unless that very address is an include.
    /// </summary>
    public List<Subnet> Ordered(IpFamily family)
    {
        List<Subnet> subnets = [];
        bool excludeListener = Listener(family) is { } listener && !listener.Address.IsAny;
        foreach (Subnet subnet in Subnets)
        {
            if (subnet.Address.Family == family)
            {
                subnets.Add(subnet);
                excludeListener &= subnet.Exclude || !subnet.IsHost || subnet.Address != Listener(family)!.Value.Address;
            }
        }

        if (excludeListener)
        {
            IpAddress own = Listener(family)!.Value.Address;
            subnets.Add(new Subnet(own, own.Bits, 0, 0, true));
        }

        SubnetOrder.Sort(subnets);
        return subnets;
    }

    /// <summary>
    /// Whether an include must not match this machine's own addresses. Broad ones must not, or 0/0 would carry traffic
    /// between local programs away; a single host or a part of loopback was asked for by its address.
    /// </summary>
    public static bool SparesLocal(Subnet include) =>
        !include.IsHost && !(include.Address.IsV4 && include.Address.IsLoopback && include.Width >= 8);

    /// <summary>The nameservers of a family.</summary>
    public List<DnsRedirect> NameserversOf(IpFamily family)
    {
        List<DnsRedirect> found = [];
        foreach (DnsRedirect dns in Nameservers)
        {
            if (dns.Nameserver.Family == family)
            {
                found.Add(dns);
            }
        }

        return found;
    }

    /// <summary>
    /// Whether a packet turned to a listener's port alone arrives there: that leads to the loopback address for local
    /// traffic and to the incoming interface's address for forwarded traffic. Any other single address must be named.
    /// </summary>
    public static bool IsReachedByPort(Endpoint listener) =>
        listener.Address.IsAny || listener.Address == IpAddress.Loopback(listener.Address.Family);

    /// <summary>The name alone: the compiler's text, which nobody reads, would cost more than some methods of capturing.</summary>
    public override string ToString() => nameof(FirewallRequest);

    /// <summary>The name of this instance's chain or table.</summary>
    public string InstanceName(IpFamily family) => Firewall.InstanceName.Of(Listener(family)!.Value.Port);
}
