using System.Diagnostics.CodeAnalysis;

namespace Sshuttle.Firewall;

/// <summary>A rule of a base chain that leads to a chain of an instance.</summary>
/// <param name="Table">The table it is in.</param>
/// <param name="Hook">The base chain.</param>
/// <param name="SpareTtl">Packets with this TTL or hop limit do not take it; null: all do.</param>
/// <param name="IsV6">Whether it is a rule of ip6tables, which calls the TTL a hop limit.</param>
/// <param name="Port">The port that names the instance.</param>
public sealed record IptablesJump(IptablesTable Table, string Hook, byte? SpareTtl, bool IsV6, ushort Port)
{
    /// <summary>The rule as <c>iptables-save</c> prints it, without <c>-A</c>.</summary>
    public override string ToString()
    {
        string spare = SpareTtl is not { } ttl ? "" : (IsV6 ? " -m hl ! --hl-eq " : " -m ttl ! --ttl-eq ") + RuleNumber.Text(ttl);
        return string.Concat(Hook, spare, " -j ", Table.Target(Hook, Port));
    }

    /// <summary>
    /// Reads a line of <c>iptables-save</c>. Only what <see cref="ToString"/> writes is taken, so that no text of the
    /// kernel's comes back as a command.
    /// </summary>
    public static bool TryParse(string line, IptablesTable table, bool isV6, [NotNullWhen(true)] out IptablesJump? jump)
    {
        jump = null;
        string[] words = line.Split(' ');
        if (words.Length < 4
            || words[0] != "-A"
            || (words[1] != table.LocalHook && words[1] != table.ForwardedHook)
            || !InstanceName.TryParseChain(words[^1], out ushort port))
        {
            return false;
        }

        byte? ttl = words.Length == 9 && byte.TryParse(words[6], out byte value) ? value : null;
        jump = new IptablesJump(table, words[1], ttl, isV6, port);
        return line == "-A " + jump;
    }
}
