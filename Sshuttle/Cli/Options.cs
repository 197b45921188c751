using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>The command line as values. Only <see cref="OptionTable"/> sets them, while it is parsed.</summary>
public sealed class Options
{
    /// <summary>The method that means "whatever works here".</summary>
    public const string AutoMethod = "auto";

    /// <summary>The most ssh links; arbitrary, sshd's MaxStartups begins to refuse at 10 that are not yet logged in.</summary>
    public const int MaxTunnels = 16;

    private const int MaxVerbosity = 3;

    private readonly List<SubnetItem> includes = [];
    private readonly List<SubnetItem> excludes = [];
    private readonly List<ListenSyntax> listen = [];

    internal Options()
    {
    }

    /// <summary>What this process is.</summary>
    public Role Role { get; private set; }

    /// <summary>What to capture, in the order of the command line; never empty for the client.</summary>
    public IReadOnlyList<SubnetItem> Includes => includes;

    /// <summary>What to leave alone, in the order of the command line.</summary>
    public IReadOnlyList<SubnetItem> Excludes => excludes;

    /// <summary>The ssh server; null where the server shall run on this machine.</summary>
    public RemoteTarget? Remote { get; internal set; }

    /// <summary>
    /// Where to listen, in the order of the command line; empty for the default. Look up the names, then use
    /// <see cref="ListenAddresses.Choose"/>.
    /// </summary>
    public IReadOnlyList<ListenSyntax> Listen => listen;

    /// <summary>The ssh program and its first arguments; never empty.</summary>
    public IReadOnlyList<string> SshCommand { get; internal set; } = ["ssh"];

    /// <summary>How many <c>-v</c> were given, 0 to 3.</summary>
    public int Verbosity { get; private set; }

    /// <summary>The name of the firewall method, or <see cref="AutoMethod"/>.</summary>
    public string Method { get; internal set; } = AutoMethod;

    /// <summary>What becomes of datagrams; null for what is usual with the method.</summary>
    public UdpMode? Udp { get; internal set; }

    /// <summary>Only this user's traffic is captured, by name or number; null for everybody's.</summary>
    public string? User { get; internal set; }

    /// <summary>Only this group's traffic is captured, by name or number; null for everybody's.</summary>
    public string? Group { get; internal set; }

    /// <summary>The firewall mark of transparent capturing, at least 1; null for the default.</summary>
    public uint? Mark { get; internal set; }

    /// <summary>Whether IPv6 is left alone entirely.</summary>
    public bool Ipv6Disabled { get; internal set; }

    /// <summary>Whether the bytes in flight are bounded.</summary>
    public bool LatencyControl { get; internal set; } = true;

    /// <summary>A fixed bound for the bytes in flight, at least 1; null to measure it.</summary>
    public int? LatencyBufferSize { get; internal set; }

    /// <summary>Whether <c>--</c> is put before the remote command.</summary>
    public bool CommandDelimiter { get; internal set; } = true;

    /// <summary>How many ssh links carry the tunnel, 1 to <see cref="MaxTunnels"/>.</summary>
    public int Tunnels { get; internal set; } = 1;

    /// <summary>Whether ssh may be asked for a faster cipher first.</summary>
    public bool CipherChoice { get; internal set; } = true;

    /// <summary>Whether to print the rules and their undoing rather than make them.</summary>
    public bool DryRun { get; internal set; }

    /// <summary>The error where neither the command line nor the files it names hold a subnet.</summary>
    public static Fatal NoSubnets() =>
        new("no subnets given; name what to route, such as 10.0.0.0/8, or 0/0 for everything", Fatal.UsageCode);

    internal void Include(SubnetItem item) => includes.Add(item);

    internal void Exclude(SubnetItem item) => excludes.Add(item);

    internal void ListenOn(IEnumerable<ListenSyntax> items) => listen.AddRange(items);

    internal void RaiseVerbosity() => Verbosity = Verbosity < MaxVerbosity ? Verbosity + 1 : MaxVerbosity;

    internal void Become(Role role)
    {
        if (Role != Role.Client && Role != role && role is not (Role.Help or Role.Version))
        {
            throw new Fatal("only one of the internal roles can be chosen", Fatal.UsageCode);
        }

        Role = role;
    }

    /// <summary>Checks what no single option can know.</summary>
    internal void Check()
    {
        bool anySubnet = includes.Count + excludes.Count > 0;
        if (Role is Role.Firewall or Role.Guard or Role.Server && anySubnet)
        {
            throw new Fatal("the internal roles take no subnets", Fatal.UsageCode);
        }

        if (Role == Role.Client && includes.Count == 0)
        {
            throw NoSubnets();
        }
    }
}
