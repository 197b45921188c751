using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// iptables and ip6tables: a chain of our own in the nat table, put in with its jumps in one commit per family, and
/// taken out the same way. Works with both the legacy and the nf_tables variant.
/// </summary>
public sealed class NatMethod : IFirewallMethod
{
    /// <inheritdoc/>
    public string Name => "nat";

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<string>> Probes => NatProbes.Commands;

    /// <inheritdoc/>
    public Facts Read(IReadOnlyList<Answer> answers) => NatProbes.Read(answers);

    /// <inheritdoc/>
    public Plan Trial(IpFamily family, Facts facts)
    {
        const string chain = "sshuttle-trial";
        string any = family == IpFamily.V4 ? "192.0.2.0/24" : "2001:db8::/32";
        string script = $"""
            *nat
            :{chain} - [0:0]
            -A {chain} -p tcp --syn -d {any} --dport 1:2 -m addrtype ! --dst-type LOCAL -j REDIRECT --to-ports 1
            -I OUTPUT 1 -j {chain}
            -D OUTPUT -j {chain}
            -F {chain}
            -X {chain}
            COMMIT

            """;
        List<Step> teardown = [];
        AppendCreatedRemoval(teardown, family, facts.Of(family).Absent);
        return new Plan { Setup = [Restore($"try {Tool(family)}", family, facts, script)], Teardown = teardown };
    }

    /// <inheritdoc/>
    public Plan Plan(FirewallRequest request, Facts facts)
    {
        FamilyChoice choice = FamilyChoice.Of(request, facts);
        List<Step> setup = [];
        List<Step> teardown = [];
        foreach (IpFamily family in choice.Families)
        {
            foreach (ushort dead in facts.Of(family).DeadBut(request.Listener(family)!.Value.Port))
            {
                setup.Add(Restore($"remove the {Label(family)} rules of a killed instance", family, facts, NatScript.RemoveDead(dead, facts.Of(family))) with
                {
                    OnFailure = OnFailure.Warn,
                });
            }

            bool canDoWithout = family == IpFamily.V6 && choice.Families.Count > 1;
            setup.Add(Restore($"install the {Label(family)} rules", family, facts, NatScript.Setup(request, family, facts.Of(family))) with
            {
                OnFailure = canDoWithout ? OnFailure.Warn : OnFailure.Fatal,
            });
            AppendTeardown(teardown, request, family, facts);
        }

        return new Plan { Warnings = choice.Warnings, Setup = setup, Teardown = teardown };
    }

    private static void AppendTeardown(List<Step> steps, FirewallRequest request, IpFamily family, Facts facts)
    {
        string tool = Tool(family);
        string chain = request.InstanceName(family);
        Condition chainExists = new([tool, "-w", "-t", "nat", "-S", chain], $"chain {chain} exists", static answer => answer.Succeeded);

        List<Step> singly = [];
        foreach (NatJump jump in NatScript.Jumps(request, family))
        {
            singly.Add(Single(["-D", .. jump.ToString().Split(' ')]));
        }

        singly.Add(Single(["-F", chain]));
        singly.Add(Single(["-X", chain]) with { OnFailure = OnFailure.Warn });

        steps.Add(Restore($"remove the {Label(family)} rules", family, facts, NatScript.Teardown(request, family)) with
        {
            OnFailure = OnFailure.Ignore,
            OnlyIf = chainExists,
        });

        // Where somebody else has flushed a part of it, the commit fails as a whole: then one by one.
        steps.AddRange(singly);
        AppendCreatedRemoval(steps, family, facts.Of(family).Absent);

        Step Single(string[] words) => new($"remove the {Label(family)} rules one by one", [tool, "-w", "-t", "nat", .. words])
        {
            OnFailure = OnFailure.Ignore,
            OnlyIf = chainExists,
        };
    }

    /// <summary>
    /// iptables' nf_tables variant makes the nat table and its base chains on first use. What was not there before goes
    /// again, unless somebody else uses it by now: iptables refuses to delete a base chain with rules, nft would not.
    /// </summary>
    private static void AppendCreatedRemoval(List<Step> steps, IpFamily family, NatParts created)
    {
        string word = family == IpFamily.V4 ? "ip" : "ip6";
        foreach ((NatParts part, string chain) in new[] { (NatParts.Output, "OUTPUT"), (NatParts.Prerouting, "PREROUTING") })
        {
            if (created.HasFlag(part))
            {
                steps.Add(new Step($"remove the empty base chain {chain}", [Tool(family), "-w", "-t", "nat", "-X", chain])
                {
                    OnFailure = OnFailure.Ignore,
                    OnlyIf = new(["nft", "list", "chain", word, "nat", chain], $"base chain {chain} is empty", NatProbes.HoldsNoRule),
                });
            }
        }

        if (created.HasFlag(NatParts.Table))
        {
            steps.Add(new Step($"remove the empty {Label(family)} nat table", ["nft", "delete", "table", word, "nat"])
            {
                OnFailure = OnFailure.Ignore,
                OnlyIf = new(["nft", "list", "table", word, "nat"], "the nat table is empty", NatProbes.HoldsNoRule),
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
