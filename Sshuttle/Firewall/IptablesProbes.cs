using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What <see cref="IptablesMethod"/> must know beforehand, read from what iptables and nft print.</summary>
public static class IptablesProbes
{
    private static readonly string[] BaseChains = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    private static readonly string[] BaseTypes = ["type nat hook ", "type route hook ", "type filter hook "];

    /// <summary>The commands. None of them takes the lock, changes a rule or makes a table of the nf_tables variant.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Commands { get; } =
    [
        ["iptables", "--version"],
        ["iptables-save"],
        ["nft", "list", "chains", "ip"],
        PolicyRouting.RuleProbe(IpFamily.V4),
        PolicyRouting.RouteProbe(IpFamily.V4),
        ["ip6tables", "--version"],
        ["ip6tables-save"],
        ["nft", "list", "chains", "ip6"],
        PolicyRouting.RuleProbe(IpFamily.V6),
        PolicyRouting.RouteProbe(IpFamily.V6),
    ];

    /// <summary>Reads the answers to <see cref="Commands"/>.</summary>
    public static Facts Read(IReadOnlyList<Answer> answers) => new(
        Read(IpFamily.V4, answers[0], answers[1], answers[2]).WithRouting(answers[3], answers[4]),
        Read(IpFamily.V6, answers[5], answers[6], answers[7]).WithRouting(answers[8], answers[9]));

    private static FamilyFacts Read(IpFamily family, Answer version, Answer saved, Answer chains)
    {
        List<IptablesJump> jumps = [];
        List<IptablesChain> found = [];
        List<ushort> instances = [];
        TableParts created = TableParts.None;
        IptablesTable? table = null;
        foreach (string line in saved.Output.Split('\n'))
        {
            if (line.StartsWith('*'))
            {
                table = IptablesTable.Named(line[1..]);
            }
            else if (table is null)
            {
                continue;
            }
            else if (IptablesJump.TryParse(line, table, family == IpFamily.V6, out IptablesJump? jump))
            {
                jumps.Add(jump);
            }
            else if (line.StartsWith(':') && line[1..].Split(' ')[0] is string name && InstanceName.TryParseChain(name, out ushort port))
            {
                found.Add(new IptablesChain(table, name, port));
                if (!instances.Contains(port))
                {
                    instances.Add(port);
                }
            }
            else
            {
                created |= Mark(line, table);
            }
        }

        // Without nft there is no way to see or to delete a table, and the legacy variant's cannot be deleted.
        bool removable = version.Output.Contains("(nf_tables)", StringComparison.Ordinal) && chains.Succeeded;
        return new FamilyFacts
        {
            Jumps = jumps,
            Chains = found,
            Instances = instances,
            Absent = removable ? created | Absent(chains.Output, family) : TableParts.None,
            RestoreWaits = IsAtLeast(version.Output, 1, 6, 2),
        };
    }

    /// <summary>What another instance says it made: a comment holding <see cref="IptablesTable.Sum"/>.</summary>
    private static TableParts Mark(string line, IptablesTable table)
    {
        int at = line.StartsWith("-A sshuttle-", StringComparison.Ordinal) ? line.IndexOf(IptablesScript.CreatedMark, StringComparison.Ordinal) : -1;
        int digit = at + IptablesScript.CreatedMark.Length;
        return at >= 0 && digit < line.Length && line[digit] is >= '0' and <= '7' ? table.Parts(line[digit] - '0') : TableParts.None;
    }

    private static TableParts Absent(string chains, IpFamily family)
    {
        TableParts absent = TableParts.All;
        IptablesTable? table = null;
        foreach (string line in chains.Split('\n'))
        {
            string[] words = line.Trim().Split(' ');
            if (words[0] == "table")
            {
                table = words.Length == 4 && words[1] == NftScript.Word(family) ? IptablesTable.Named(words[2]) : null;
                absent &= ~(table?.Itself ?? TableParts.None);
            }
            else if (words[0] == "chain" && words.Length == 3)
            {
                absent &= ~(table?.Part(words[1]) ?? TableParts.None);
            }
        }

        return absent;
    }

    /// <summary>
    /// Whether what nft listed holds nothing but base chains as iptables makes them, so that nobody misses it. A
    /// listing of something that does not exist fails, and does not count as empty.
    /// </summary>
    public static bool HoldsNoRule(Answer listing)
    {
        if (!listing.Succeeded)
        {
            return false;
        }

        foreach (string line in listing.Output.Split('\n'))
        {
            string text = line.Trim();
            bool isFrame = text is "" or "}"
                || text.StartsWith('#')
                || text.StartsWith("table ", StringComparison.Ordinal)
                || IsBaseType(text)
                || IsBaseChain(text);
            if (!isFrame)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsBaseType(string text)
    {
        foreach (string type in BaseTypes)
        {
            if (text.StartsWith(type, StringComparison.Ordinal))
            {
                return text.EndsWith("policy accept;", StringComparison.Ordinal);
            }
        }

        return false;
    }

    private static bool IsBaseChain(string text)
    {
        foreach (string chain in BaseChains)
        {
            if (text == $"chain {chain} {{")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares the numbers behind the first <c>v</c>, as in <c>iptables v1.8.9 (nf_tables)</c>.</summary>
    private static bool IsAtLeast(string version, params ReadOnlySpan<int> wanted)
    {
        int at = version.IndexOf(" v", StringComparison.Ordinal) + 2;
        if (at < 2)
        {
            return false;
        }

        foreach (int number in wanted)
        {
            int found = 0;
            while (at < version.Length && char.IsAsciiDigit(version[at]) && found < 10_000)
            {
                found = (found * 10) + (version[at++] - '0');
            }

            if (found != number)
            {
                return found > number;
            }

            at += at < version.Length && version[at] == '.' ? 1 : 0;
        }

        return true;
    }
}
