using System;
using System.Globalization;

namespace Sshuttle.Firewall;

/// <summary>The name of an instance's chain or table: a listening port belongs to one program, so it names the instance.</summary>
public static class InstanceName
{
    private const string Prefix = "sshuttle-";
    private const string MarkingPrefix = "sshuttle-m-";
    private const string DivertingPrefix = "sshuttle-t-";

    // "ss", so that nobody else's connections have it.
    private const uint ConnectionMarkBase = 0x73730000;

    /// <summary>The name.</summary>
    public static string Of(ushort port) => Prefix + RuleNumber.Text(port);

    /// <summary>The chain that marks what local programs send, where packets are captured as they are.</summary>
    public static string Marking(ushort port) => MarkingPrefix + RuleNumber.Text(port);

    /// <summary>The chain that hands marked packets to our sockets.</summary>
    public static string Diverting(ushort port) => DivertingPrefix + RuleNumber.Text(port);

    /// <summary>The connection mark of what this instance captures as it is, for the rules' text.</summary>
    public static string ConnectionMark(ushort port) => RuleNumber.Hex(ConnectionMarkBase + port);

    /// <summary>Reads exactly what <see cref="Of"/> makes.</summary>
    public static bool TryParse(string name, out ushort port) => TryParse(name, Prefix, out port);

    /// <summary>Reads what <see cref="Of"/>, <see cref="Marking"/> or <see cref="Diverting"/> makes.</summary>
    public static bool TryParseChain(string name, out ushort port) =>
        TryParse(name, Prefix, out port) || TryParse(name, MarkingPrefix, out port) || TryParse(name, DivertingPrefix, out port);

    private static bool TryParse(string name, string prefix, out ushort port)
    {
        port = 0;
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && ushort.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && name == prefix + RuleNumber.Text(port);
    }
}
