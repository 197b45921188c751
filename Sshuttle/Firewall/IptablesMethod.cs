using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// iptables and ip6tables: chains of our own, put in with their jumps in one commit per table and family, and taken out
/// the same way. Works with both the legacy and the nf_tables variant.
/// </summary>
/// <param name="transparent">Whether TCP is captured as it is rather than turned to the listener.</param>
public sealed class IptablesMethod(bool transparent) : IFirewallMethod
{
    /// <inheritdoc/>
    public string Name => transparent ? "tproxy-iptables" : "nat";

    /// <inheritdoc/>
    public bool IsTransparent => transparent;

    /// <inheritdoc/>
    public Features Features => Features.All;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<string>> Probes => IptablesProbes.Commands;

    /// <inheritdoc/>
    public Facts Read(IReadOnlyList<Answer> answers) => IptablesProbes.Read(answers);

    /// <inheritdoc/>
    public Plan Trial(IpFamily family, Facts facts)
    {
        IptablesTable table = transparent ? IptablesTable.Mangle : IptablesTable.Nat;
        List<Step> teardown = [];
        AppendCreatedRemoval(teardown, family, table, facts.Of(family).Absent);
        Step restore = Restore($"try {Tool(family)}", family, facts, IptablesScript.Trial(family, table));
        return new Plan { Setup = transparent ? [restore, PolicyRouting.Trial(family)] : [restore], Teardown = teardown };
    }

    /// <inheritdoc/>
    public Plan Plan(FirewallRequest request, Facts facts)
    {
        FamilyChoice choice = FamilyChoice.Of(request, facts);
        bool routed = request.Transparent(transparent) != Protocols.None;
        List<Step> setup = [];
        List<Step> teardown = [];
        foreach (IpFamily family in choice.Families)
        {
            ushort port = request.Listener(family)!.Value.Port;
            IptablesScript script = Script(request, family, facts);
            foreach (ushort dead in facts.Of(family).DeadBut(port))
            {
                AppendRemoval(setup, family, facts, dead, IptablesTable.All);
            }

            // Of an instance of the same name, in tables that are not used now; in the others it is replaced.
            AppendRemoval(setup, family, facts, port, Unused(script.Tables));
            PolicyRouting.AppendDeadRemoval(setup, family, facts.Of(family), port, routed);
            MarkRule rule = new(request.Mark, port);
            if (routed)
            {
                PolicyRouting.AppendSetup(setup, rule, family, facts);
            }

            bool canDoWithout = family == IpFamily.V6 && choice.Families.Count > 1;
            setup.Add(Restore($"install the {Label(family)} rules", family, facts, script.Setup()) with
            {
                OnFailure = canDoWithout ? OnFailure.Warn : OnFailure.Fatal,
            });
            AppendTeardown(teardown, script, family, facts);
            if (routed)
            {
                PolicyRouting.AppendTeardown(teardown, rule, family);
            }
        }

        return new Plan
        {
            Warnings = routed ? [.. choice.Warnings, .. PolicyRouting.Warnings(choice.Families, facts)] : choice.Warnings,
            Setup = setup,
            Teardown = teardown,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<Step> Renewal(FirewallRequest request, Facts facts)
    {
        List<Step> steps = [];
        foreach (IpFamily family in FamilyChoice.Of(request, facts).Families)
        {
            steps.Add(Restore($"change the {Label(family)} rules", family, facts, Script(request, family, facts).Renewal()));
        }

        return steps;
    }

    private IptablesScript Script(FirewallRequest request, IpFamily family, Facts facts) =>
        new(request, family, facts.Of(family), request.Transparent(transparent));

    private static void AppendRemoval(List<Step> steps, IpFamily family, Facts facts, ushort port, IReadOnlyList<IptablesTable> tables)
    {
        string script = IptablesScript.RemoveFound(port, facts.Of(family), tables);
        if (script.Length > 0)
        {
            steps.Add(Restore($"remove the {Label(family)} rules of a killed instance", family, facts, script) with { OnFailure = OnFailure.Warn });
        }
    }

    private static List<IptablesTable> Unused(IReadOnlyList<IptablesTable> used)
    {
        List<IptablesTable> unused = [.. IptablesTable.All];
        foreach (IptablesTable table in used)
        {
            unused.Remove(table);
        }

        return unused;
    }

    private static void AppendTeardown(List<Step> steps, IptablesScript script, IpFamily family, Facts facts)
    {
        string tool = Tool(family);
        foreach (IptablesTable table in script.Tables)
        {
            string first = script.Chains(table)[0];
            steps.Add(Restore($"remove the {Label(family)} rules", family, facts, script.Teardown(table)) with
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = Exists(first),
            });

            // Where somebody else has flushed a part of it, the commit fails as a whole: then one by one.
            foreach (IptablesJump jump in script.Jumps(table))
            {
                steps.Add(Single(["-D", .. jump.ToString().Split(' ')], table.Target(jump.Hook, jump.Port)));
            }

            foreach (string chain in script.Chains(table))
            {
                steps.Add(Single(["-F", chain], chain));
            }

            foreach (string chain in script.Chains(table))
            {
                steps.Add(Single(["-X", chain], chain) with { OnFailure = OnFailure.Warn });
            }

            AppendCreatedRemoval(steps, family, table, facts.Of(family).Absent);

            Step Single(string[] words, string chain) => new($"remove the {Label(family)} rules one by one", [tool, "-w", "-t", table.Word, .. words])
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = Exists(chain),
            };

            Condition Exists(string chain) => new([tool, "-w", "-t", table.Word, "-S", chain], $"chain {chain} exists", static answer => answer.Succeeded);
        }
    }

    /// <summary>
    /// iptables' nf_tables variant makes a table and its base chains on first use. What was not there before goes
    /// again, unless somebody else uses it by now: iptables refuses to delete a base chain with rules, nft would not.
    /// </summary>
    private static void AppendCreatedRemoval(List<Step> steps, IpFamily family, IptablesTable table, TableParts created)
    {
        string word = NftScript.Word(family);
        foreach (string chain in (string[])[table.LocalHook, table.ForwardedHook])
        {
            if (created.HasFlag(table.Part(chain)))
            {
                steps.Add(new Step($"remove the empty base chain {chain}", [Tool(family), "-w", "-t", table.Word, "-X", chain])
                {
                    OnFailure = OnFailure.Ignore,
                    OnlyIf = new(["nft", "list", "chain", word, table.Word, chain], $"base chain {chain} is empty", IptablesProbes.HoldsNoRule),
                });
            }
        }

        if (created.HasFlag(table.Itself))
        {
            steps.Add(new Step($"remove the empty {Label(family)} {table.Word} table", ["nft", "delete", "table", word, table.Word])
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = new(["nft", "list", "table", word, table.Word], $"the {table.Word} table is empty", IptablesProbes.HoldsNoRule),
            });
        }
    }

    private static Step Restore(string purpose, IpFamily family, Facts facts, string script)
    {
        List<string> argv = [family == IpFamily.V4 ? "iptables-restore" : "ip6tables-restore", "--noflush"];
        if (facts.Of(family).RestoreWaits)
        {
            argv.Add("-w");
        }

        return new Step(purpose, argv) { Input = script };
    }

    private static string Tool(IpFamily family) => family == IpFamily.V4 ? "iptables" : "ip6tables";

    private static string Label(IpFamily family) => family == IpFamily.V4 ? "IPv4" : "IPv6";
}
