using System;
using System.Collections.Generic;
using System.Globalization;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>All options, each declared once. Nothing else names an option.</summary>
public static class OptionTable
{
    private const string SubnetValue = "SUBNET";

    /// <summary>The form of <c>-r</c>'s value, for usage and help.</summary>
    internal const string RemoteValue = "[USER[:PASSWORD]@]HOST[:PORT]";

    private static readonly string[] Methods = [Options.AutoMethod, "nat", "nft", "tproxy"];

    private static readonly string[] UdpModes = ["on", "off", "reject"];

    /// <summary>What stands for the subnets in usage and help.</summary>
    public const string PositionalValue = $"{SubnetValue}...";

    /// <summary>What the subnets are.</summary>
    public const string PositionalHelp =
        "what to route through the server: ADDRESS[/WIDTH][:PORT[-PORT]], with a name or an IPv6 address for ADDRESS "
        + "if wanted; 0/0 is all of IPv4 and ::/0 all of IPv6";

    /// <summary>The options in the order of the help.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        new('x', "exclude", SubnetValue, OptionSection.Routes,
            "leave this subnet alone (may be repeated)",
            static (options, value) => options.Exclude(new SubnetItem(SubnetSyntax.Parse(value), null))),
        new('s', "subnets", "FILE", OptionSection.Routes,
            "read subnets from a file, one a line; lines beginning with # are skipped (may be repeated)",
            static (options, value) => options.Include(new SubnetItem(null, value))),
        new('X', "exclude-from", "FILE", OptionSection.Routes,
            "read subnets to leave alone from a file, in the same form (may be repeated)",
            static (options, value) => options.Exclude(new SubnetItem(null, value))),

        new('r', "remote", RemoteValue, OptionSection.Connection,
            "the ssh server to go through; without it the server runs on this machine, for testing",
            static (options, value) => options.Remote = value is "" or "-" ? null : RemoteTarget.Parse(value)),
        new('e', "ssh-cmd", "COMMAND", OptionSection.Connection,
            "the ssh program, with arguments if wanted, split as a shell would (default: ssh)",
            static (options, value) => options.SshCommand = ReadCommand(value)),
        new(null, "no-cmd-delimiter", null, OptionSection.Connection,
            "do not put -- before the remote command, for ssh wrappers that cannot take it",
            static (options, _) => options.CommandDelimiter = false),
        new(null, "tunnels", "N", OptionSection.Connection,
            "spread connections over this many ssh links, 1 to 16, for lines faster than one link can fill (default: 1)",
            static (options, value) => options.Tunnels = ReadTunnels(value)),
        new(null, "no-cipher-choice", null, OptionSection.Connection,
            "do not ask ssh for AES-GCM first, where this CPU is fast at it and ssh's configuration names no cipher",
            static (options, _) => options.CipherChoice = false),
        new(null, "no-latency-control", null, OptionSection.Connection,
            "let a bulk transfer fill the connection, though others on it then wait",
            static (options, _) => options.LatencyControl = false),
        new(null, "latency-buffer-size", "BYTES", OptionSection.Connection,
            "allow this many bytes on their way at once instead of measuring how many the connection carries",
            static (options, value) => options.LatencyBufferSize = ReadBufferSize(value)),

        new('l', "listen", "[ADDRESS:]PORT[,...]", OptionSection.Local,
            "where captured connections arrive, at most one address each for IPv4 and IPv6; 0.0.0.0:0 and [::]:0 also "
            + "take in what this machine forwards for others (default: a free port on 127.0.0.1 and ::1)",
            static (options, value) => options.ListenOn(ListenSyntax.ParseList(value))),
        new(null, "method", string.Join('|', Methods), OptionSection.Local,
            "the firewall to use; auto takes nft or nat, whichever works (default: auto)",
            static (options, value) => options.Method = ReadMethod(value)),
        new(null, "udp", string.Join('|', UdpModes), OptionSection.Local,
            "carry UDP to the subnets as well, leave it alone, or reject it so that programs use TCP instead (default: on for tproxy, off for others)",
            static (options, value) => options.Udp = ReadUdp(value)),
        new(null, "user", "USER", OptionSection.Local,
            "capture only what this user's programs send, by name or number",
            static (options, value) => options.User = ReadName("--user", value)),
        new(null, "group", "GROUP", OptionSection.Local,
            "capture only what this group's programs send, by name or number",
            static (options, value) => options.Group = ReadName("--group", value)),
        new('t', "tmark", "MARK", OptionSection.Local,
            "the firewall mark by which packets are led back to this machine, in hexadecimal, for tproxy and --udp on (default: 0x1)",
            static (options, value) => options.Mark = ReadMark(value)),
        new(null, "disable-ipv6", null, OptionSection.Local,
            "neither listen on IPv6 nor capture it",
            static (options, _) => options.Ipv6Disabled = true),
        new(null, "dry-run", null, OptionSection.Local,
            "print the firewall rules that would be made and how they would be undone, and change nothing",
            static (options, _) => options.DryRun = true),

        new('v', "verbose", null, OptionSection.Output,
            "say more; up to three times",
            static (options, _) => options.RaiseVerbosity()),
        new('V', "version", null, OptionSection.Output,
            "print the version",
            static (options, _) => options.Become(Role.Version)),
        new('h', "help", null, OptionSection.Output,
            "print this help",
            static (options, _) => options.Become(Role.Help)),

        new(null, "firewall", null, OptionSection.Internal,
            "be the privileged helper that makes and undoes the rules (internal use only)",
            static (options, _) => options.Become(Role.Firewall)),
        new(null, "guard", null, OptionSection.Internal,
            "be the process that undoes the rules if the helper is killed (internal use only)",
            static (options, _) => options.Become(Role.Guard)),
        new(null, "server", null, OptionSection.Internal,
            "be the far end of the tunnel (internal use only)",
            static (options, _) => options.Become(Role.Server)),
    ];

    private static string[] ReadCommand(string value)
    {
        string[] words = ShellSplit.Split(value);
        return words.Length > 0 ? words : throw new Fatal("-e/--ssh-cmd: the command is empty", Fatal.UsageCode);
    }

    private static int ReadTunnels(string value) =>
        Digits.TryRead(value, out int number) && number is >= 1 and <= Options.MaxTunnels
            ? number
            : throw new Fatal($"--tunnels '{value}': give a number from 1 to {Options.MaxTunnels}", Fatal.UsageCode);

    private static int ReadBufferSize(string value) => Digits.TryRead(value, out int size) && size is > 0 and < int.MaxValue
        ? size
        : throw new Fatal($"--latency-buffer-size: '{value}' is not a number of bytes, 1 or more", Fatal.UsageCode);

    private static UdpMode ReadUdp(string value) => value switch
    {
        "on" => UdpMode.On,
        "off" => UdpMode.Off,
        "reject" => UdpMode.Reject,
        _ => throw new Fatal($"--udp: '{value}' is not one of {string.Join(", ", UdpModes)}", Fatal.UsageCode),
    };

    private static string ReadName(string option, string value) =>
        value.Length > 0 ? value : throw new Fatal($"{option}: the name is empty", Fatal.UsageCode);

    private static uint ReadMark(string value)
    {
        ReadOnlySpan<char> digits = value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value.AsSpan(2) : value;
        return uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint mark) && mark != 0
            ? mark
            : throw new Fatal($"-t/--tmark '{value}': give a hexadecimal number from 0x1 to 0xffffffff", Fatal.UsageCode);
    }

    private static string ReadMethod(string value) => Array.IndexOf(Methods, value) >= 0
        ? value
        : throw new Fatal($"--method: '{value}' is not one of {string.Join(", ", Methods)}", Fatal.UsageCode);
}
