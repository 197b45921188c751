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
        Step restore = Restore("try " + Tool(family), family, facts, IptablesScript.Trial(family, table));
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
            setup.Add(Restore(string.Concat("install the ", IpFamilyName.Of(family), " rules"), family, facts, script.Setup()) with
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
            steps.Add(Restore(string.Concat("change the ", IpFamilyName.Of(family), " rules"), family, facts, Script(request, family, facts).Renewal()));
        }

        return steps;
    }

    private IptablesScript Script(FirewallRequest request, IpFamily family, Facts facts) =>
        new(request, family, facts.Of(family), request.Transparent(transparent));

    private static void AppendRemoval(List<Step> steps, IpFamily family, Facts facts, ushort port, IEnumerable<IptablesTable> tables)
    {
        string script = IptablesScript.RemoveFound(port, facts.Of(family), tables);
        if (script.Length > 0)
        {
            steps.Add(Restore(string.Concat("remove the ", IpFamilyName.Of(family), " rules of a killed instance"), family, facts, script) with { OnFailure = OnFailure.Warn });
        }
    }

    private static List<IptablesTable> Unused(List<IptablesTable> used)
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
        string purpose = string.Concat("remove the ", IpFamilyName.Of(family), " rules");
        foreach (IptablesTable table in script.Tables)
        {
            string[] chains = script.Chains(table);
            steps.Add(Restore(purpose, family, facts, script.Teardown(table)) with
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = Exists(family, table, chains[0]),
            });

            // Where somebody else has flushed a part of it, the commit fails as a whole: then one by one.
            string singly = purpose + " one by one";
            foreach (IptablesJump jump in script.Jumps(table))
            {
                steps.Add(Single(singly, family, table, table.Target(jump.Hook, jump.Port), string.Concat("-D ", jump.ToString())));
            }

            foreach (string chain in chains)
            {
                steps.Add(Single(singly, family, table, chain, "-F " + chain));
            }

            foreach (string chain in chains)
            {
                steps.Add(Single(singly, family, table, chain, "-X " + chain) with { OnFailure = OnFailure.Warn });
            }

            AppendCreatedRemoval(steps, family, table, facts.Of(family).Absent);
        }
    }

    private static Step Single(string purpose, IpFamily family, IptablesTable table, string chain, string command) =>
        new(purpose, Command(family, table, command))
        {
            OnFailure = OnFailure.Ignore,
            OnlyIf = Exists(family, table, chain),
        };

    private static Condition Exists(IpFamily family, IptablesTable table, string chain) =>
        new(Command(family, table, "-S " + chain), string.Concat("chain ", chain, " exists"), static answer => answer.Succeeded);

    private static string[] Command(IpFamily family, IptablesTable table, string words) =>
        (string.Concat(Tool(family), " -w -t ", table.Word, " ") + words).Split(' ');

    /// <summary>
    /// iptables' nf_tables variant makes a table and its base chains on first use. What was not there before goes
    /// again, unless somebody else uses it by now: iptables refuses to delete a base chain with rules, nft would not.
    /// </summary>
    private static void AppendCreatedRemoval(List<Step> steps, IpFamily family, IptablesTable table, TableParts created)
    {
        AppendChainRemoval(steps, family, table, table.LocalHook, created);
        AppendChainRemoval(steps, family, table, table.ForwardedHook, created);
        if ((created & table.Itself) != 0)
        {
            string name = string.Concat(NftScript.Word(family), " ", table.Word);
            steps.Add(new Step(string.Concat("remove the empty ", IpFamilyName.Of(family), " table ", table.Word), ("nft delete table " + name).Split(' '))
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = new(("nft list table " + name).Split(' '), string.Concat("the ", table.Word, " table is empty"), IptablesProbes.HoldsNoRule),
            });
        }
    }

    private static void AppendChainRemoval(List<Step> steps, IpFamily family, IptablesTable table, string chain, TableParts created)
    {
        if ((created & table.Part(chain)) != 0)
        {
            string list = string.Concat("nft list chain ", NftScript.Word(family), " ", table.Word) + " " + chain;
            steps.Add(new Step("remove the empty base chain " + chain, Command(family, table, "-X " + chain))
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = new(list.Split(' '), string.Concat("base chain ", chain, " is empty"), IptablesProbes.HoldsNoRule),
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
}
