using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What <see cref="IptablesMethod"/> feeds to <c>iptables-restore --noflush</c>: one commit for each table.</summary>
/// <param name="request">What is captured.</param>
/// <param name="family">The family of the rules.</param>
/// <param name="facts">What is known about it.</param>
/// <param name="transparent">What is captured as it is; TCP that is not among it is turned to the listener.</param>
internal sealed class IptablesScript(FirewallRequest request, IpFamily family, FamilyFacts facts, Protocols transparent)
{
    /// <summary>
    /// Prefix of the comment by which an instance tells later ones what it made in a table. Whoever goes last removes
    /// it, in whatever order they go.
    /// </summary>
    public const string CreatedMark = "sshuttle-created:";

    private readonly Endpoint listener = request.Listener(family)!.Value;

    /// <summary>The tables that hold rules. Where TCP is transparent, nat has the nameservers only.</summary>
    public List<IptablesTable> Tables
    {
        get
        {
            List<IptablesTable> tables = [];
            if ((transparent & Protocols.Tcp) == 0 || request.Nameservers.Count > 0)
            {
                tables.Add(IptablesTable.Nat);
            }

            if (transparent != Protocols.None)
            {
                tables.Add(IptablesTable.Mangle);
            }

            if (request.Udp == UdpMode.Reject)
            {
                tables.Add(IptablesTable.Filter);
            }

            return tables;
        }
    }

    /// <summary>Puts the chains and the jumps to them in and takes them out again.</summary>
    public static string Trial(IpFamily family, IptablesTable table)
    {
        bool turns = table == IptablesTable.Nat;
        string hook = turns ? table.LocalHook : table.ForwardedHook;
        return new RuleText()
            .Line("*@", table.Word)
            .Line(":sshuttle-trial - [0:0]")
            .Line(
                "-A sshuttle-trial -p tcp --syn -d @ --dport 1:2 -m addrtype ! --dst-type LOCAL @",
                family == IpFamily.V4 ? "192.0.2.0/24" : "2001:db8::/32",
                turns ? "-j REDIRECT --to-ports 1" : "-m connmark ! --mark 1 -m conntrack --ctdir ORIGINAL -j TPROXY --on-port 1 --tproxy-mark 1")
            .Line("-I @ 1 -j sshuttle-trial", hook)
            .Line("-D @ -j sshuttle-trial", hook)
            .Line("-F sshuttle-trial")
            .Line("-X sshuttle-trial")
            .Line("COMMIT")
            .ToString();
    }

    /// <summary>Takes out what was found of an instance in some tables; empty where nothing was.</summary>
    public static string RemoveFound(ushort port, FamilyFacts facts, IEnumerable<IptablesTable> tables)
    {
        RuleText script = new();
        foreach (IptablesTable table in tables)
        {
            List<string> chains = [];
            foreach (IptablesChain chain in facts.Chains)
            {
                if (chain.Table == table && chain.Port == port)
                {
                    chains.Add(chain.Name);
                }
            }

            if (chains.Count > 0)
            {
                script.Line("*@", table.Word);
                AppendJumpRemoval(script, table, port, facts);
                AppendChainRemoval(script, chains);
            }
        }

        return script.ToString();
    }

    /// <summary>Puts in the chains and the jumps to them, replacing chains of the same names.</summary>
    public string Setup()
    {
        RuleText script = new();
        foreach (IptablesTable table in Tables)
        {
            AppendChains(script, table);

            // --noflush has emptied chains that a dead owner left; its jumps have to go by name.
            AppendJumpRemoval(script, table, listener.Port, facts);
            foreach (IptablesJump jump in Jumps(table))
            {
                script.Line("-I @ 1@", jump.Hook, jump.ToString()[jump.Hook.Length..]);
            }

            script.Line("COMMIT");
        }

        return script.ToString();
    }

    /// <summary>Fills the chains anew; the jumps stay.</summary>
    public string Renewal()
    {
        RuleText script = new();
        foreach (IptablesTable table in Tables)
        {
            AppendChains(script, table);
            script.Line("COMMIT");
        }

        return script.ToString();
    }

    /// <summary>Takes out of a table what <see cref="Setup"/> put in, all of it or, where a part is missing, nothing.</summary>
    public string Teardown(IptablesTable table)
    {
        RuleText script = new RuleText().Line("*@", table.Word);
        foreach (IptablesJump jump in Jumps(table))
        {
            script.Line("-D @", jump.ToString());
        }

        AppendChainRemoval(script, Chains(table));
        return script.ToString();
    }

    /// <summary>Our chains in a table.</summary>
    public string[] Chains(IptablesTable table) => table.Chains(listener.Port);

    /// <summary>The rules of the base chains that lead to our chains in a table.</summary>
    public List<IptablesJump> Jumps(IptablesTable table)
    {
        bool isV6 = family == IpFamily.V6;
        List<IptablesJump> jumps = [new(table, table.LocalHook, request.ServerTtl, isV6, listener.Port)];

        // What is captured as it is comes back on the loopback interface.
        if (request.CapturesForwarded(family) || table == IptablesTable.Mangle)
        {
            jumps.Add(new(table, table.ForwardedHook, null, isV6, listener.Port));
        }

        return jumps;
    }

    private static void AppendJumpRemoval(RuleText script, IptablesTable table, ushort port, FamilyFacts facts)
    {
        foreach (IptablesJump jump in facts.Jumps)
        {
            if (jump.Table == table && jump.Port == port)
            {
                script.Line("-D @", jump.ToString());
            }
        }
    }

    private static void AppendChainRemoval(RuleText script, IReadOnlyList<string> chains)
    {
        foreach (string chain in chains)
        {
            script.Line("-F @", chain);
        }

        foreach (string chain in chains)
        {
            script.Line("-X @", chain);
        }

        script.Line("COMMIT");
    }

    private void AppendChains(RuleText script, IptablesTable table)
    {
        script.Line("*@", table.Word);
        foreach (string chain in Chains(table))
        {
            script.Line(":@ - [0:0]", chain);
        }

        IptablesRules rules = new(script, request, family, transparent);
        if (table == IptablesTable.Nat)
        {
            rules.AppendTurning();
        }
        else if (table == IptablesTable.Mangle)
        {
            rules.AppendTransparent();
        }
        else
        {
            rules.AppendRejection();
        }

        if (table.Sum(facts.Absent) is > 0 and int made)
        {
            script.Line("-A @ -m comment --comment @@ -j RETURN", InstanceName.Of(listener.Port), CreatedMark, RuleNumber.Text((uint)made));
        }
    }
}
