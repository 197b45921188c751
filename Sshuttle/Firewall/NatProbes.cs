using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What <see cref="NatMethod"/> must know beforehand, read from what iptables and nft print.</summary>
public static class NatProbes
{
    private static readonly string[] BaseChains = ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"];

    /// <summary>The commands. None of them takes the lock, changes a rule or makes a table of the nf_tables variant.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Commands { get; } =
    [
        ["iptables", "--version"],
        ["iptables-save", "-t", "nat"],
        ["nft", "list", "chains", "ip"],
        ["ip6tables", "--version"],
        ["ip6tables-save", "-t", "nat"],
        ["nft", "list", "chains", "ip6"],
    ];

    /// <summary>Reads the answers to <see cref="Commands"/>.</summary>
    public static Facts Read(IReadOnlyList<Answer> answers) => new(
        Read(IpFamily.V4, answers[0], answers[1], answers[2]),
        Read(IpFamily.V6, answers[3], answers[4], answers[5]));

    private static FamilyFacts Read(IpFamily family, Answer version, Answer saved, Answer chains)
    {
        List<NatJump> jumps = [];
        List<ushort> instances = [];
        NatParts created = NatParts.None;
        foreach (string line in saved.Output.Split('\n'))
        {
            if (NatJump.TryParse(line, family == IpFamily.V6, out NatJump jump))
            {
                jumps.Add(jump);
            }
            else if (line.StartsWith(':') && InstanceName.TryParse(line[1..].Split(' ')[0], out ushort port))
            {
                instances.Add(port);
            }
            else
            {
                created |= Mark(line);
            }
        }

        // Without nft there is no way to see or to delete the table, and the legacy variant's cannot be deleted.
        bool removable = version.Output.Contains("(nf_tables)", StringComparison.Ordinal) && chains.Succeeded;
        return new FamilyFacts
        {
            Jumps = jumps,
            Instances = instances,
            Absent = removable ? created | Absent(chains.Output, family) : NatParts.None,
            RestoreWaits = IsAtLeast(version.Output, 1, 6, 2),
        };
    }

    /// <summary>What another instance says it made: a comment holding the sum of <see cref="NatParts"/>.</summary>
    private static NatParts Mark(string line)
    {
        int at = line.StartsWith("-A sshuttle-", StringComparison.Ordinal) ? line.IndexOf(NatScript.CreatedMark, StringComparison.Ordinal) : -1;
        int digit = at + NatScript.CreatedMark.Length;
        return at >= 0 && digit < line.Length && line[digit] is >= '0' and <= '7' ? (NatParts)(line[digit] - '0') : NatParts.None;
    }

    private static NatParts Absent(string chains, IpFamily family)
    {
        string opening = $"table {(family == IpFamily.V4 ? "ip" : "ip6")} nat {{";
        NatParts absent = NatParts.All;
        bool inside = false;
        foreach (string line in chains.Split('\n'))
        {
            string text = line.Trim();
            if (text.StartsWith("table ", StringComparison.Ordinal))
            {
                inside = text == opening;
                absent &= inside ? ~NatParts.Table : NatParts.All;
            }
            else if (inside)
            {
                absent &= text switch
                {
                    "chain OUTPUT {" => ~NatParts.Output,
                    "chain PREROUTING {" => ~NatParts.Prerouting,
                    _ => NatParts.All,
                };
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
                || (text.StartsWith("type nat hook ", StringComparison.Ordinal) && text.EndsWith("policy accept;", StringComparison.Ordinal))
                || IsBaseChain(text);
            if (!isFrame)
            {
                return false;
            }
        }

        return true;
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
