using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Firewall;

namespace Sshuttle.Client;

/// <summary>How the command line wants traffic captured, whatever its destination.</summary>
/// <param name="Udp">What becomes of datagrams; null: what is usual with the method.</param>
/// <param name="Uid">Only this user's traffic, or null.</param>
/// <param name="Gid">Only this group's traffic, or null.</param>
/// <param name="Mark">See <see cref="FirewallRequest.Mark"/>.</param>
/// <param name="ServerTtl">See <see cref="FirewallRequest.ServerTtl"/>.</param>
public sealed record Capture(UdpMode? Udp, uint? Uid, uint? Gid, uint Mark, byte? ServerTtl)
{
    // A value that no system uses as its default, so that a locally run server's connections can be told apart.
    private const byte LocalServerTtl = 63;

    /// <summary>Decides, and looks up the names of user and group.</summary>
    /// <exception cref="Fatal">There is no such user or group (usage error).</exception>
    public static Capture Of(Options options) => new(
        options.Udp,
        options.User is string user ? Accounts.User(user) : null,
        options.Group is string group ? Accounts.Group(group) : null,
        options.Mark ?? FirewallRequest.DefaultMark,
        options.Remote is null ? LocalServerTtl : null);

    /// <summary>What a method must be able to do.</summary>
    public Features Wanted(RunPlan plan)
    {
        Features wanted = plan.Listen.V6 is null ? Features.None : Features.Ipv6;
        wanted |= Udp is UdpMode.On or UdpMode.Reject ? Features.Udp : Features.None;
        wanted |= Uid is null ? Features.None : Features.User;
        wanted |= Gid is null ? Features.None : Features.Group;
        return wanted;
    }

    /// <summary>What becomes of datagrams with a method: transparent capturing takes them along, as in the Python program.</summary>
    public UdpMode UdpWith(IFirewallMethod method) => Udp ?? (method.IsTransparent ? UdpMode.On : UdpMode.Off);

    /// <summary>The part of a request that this decides.</summary>
    public FirewallRequest Request(IFirewallMethod method, RunPlan plan) => new()
    {
        Subnets = plan.Subnets,
        Udp = UdpWith(method),
        Uid = Uid,
        Gid = Gid,
        Mark = Mark,
        ServerTtl = ServerTtl,
    };
}
