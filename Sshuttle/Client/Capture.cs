using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Firewall;

namespace Sshuttle.Client;

/// <summary>How the command line wants traffic captured, whatever its destination.</summary>
public sealed class Capture
{
    // A value that no system uses as its default, so that a locally run server's connections can be told apart.
    private const byte LocalServerTtl = 63;

    private readonly UdpMode? udp;
    private readonly uint? uid;
    private readonly uint? gid;
    private readonly uint mark;

    /// <summary>Decides, and looks up the names of user and group.</summary>
    /// <exception cref="Fatal">There is no such user or group (usage error).</exception>
    public Capture(Options options)
    {
        udp = options.Udp;
        uid = options.User is string user ? Accounts.User(user) : null;
        gid = options.Group is string group ? Accounts.Group(group) : null;
        mark = options.Mark ?? FirewallRequest.DefaultMark;
        ServerTtl = options.Remote is null ? LocalServerTtl : null;
    }

    /// <summary>See <see cref="FirewallRequest.ServerTtl"/>.</summary>
    public byte? ServerTtl { get; }

    /// <summary>What a method must be able to do.</summary>
    public Features Wanted(RunPlan plan)
    {
        Features wanted = plan.Listen.V6 is null ? Features.None : Features.Ipv6;
        wanted |= udp is UdpMode.On or UdpMode.Reject ? Features.Udp : Features.None;
        wanted |= uid is null ? Features.None : Features.User;
        wanted |= gid is null ? Features.None : Features.Group;
        return wanted;
    }

    /// <summary>What becomes of datagrams with a method: transparent capturing takes them along, as in the Python program.</summary>
    public UdpMode UdpWith(IFirewallMethod method) => udp ?? (method.IsTransparent ? UdpMode.On : UdpMode.Off);

    /// <summary>The part of a request that this decides.</summary>
    public FirewallRequest Request(IFirewallMethod method, RunPlan plan) => new()
    {
        Subnets = plan.Subnets,
        Udp = UdpWith(method),
        Uid = uid,
        Gid = gid,
        Mark = mark,
        ServerTtl = ServerTtl,
    };
}
