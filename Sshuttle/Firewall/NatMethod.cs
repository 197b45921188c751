using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// iptables and ip6tables: a chain of our own in the nat table, put in with its jumps in one commit per family, and
/// taken out the same way. Works with both the legacy and the nf_tables variant.
/// </summary>
public sealed class NatMethod : IFirewallMethod
{
    /// <summary>
    /// Prefix of the comment by which an instance tells later ones what it made in the nat table. Whoever goes last
    /// removes it, in whatever order they go.
    /// </summary>
    internal const string CreatedMark = "sshuttle-created:";

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
        AppendCreatedRemoval(teardown, family, facts.Of(family).Absent & (NatParts.Table | NatParts.Output));
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
            bool canDoWithout = family == IpFamily.V6 && choice.Families.Count > 1;
            setup.Add(Restore($"install the {Label(family)} rules", family, facts, SetupScript(request, family, facts.Of(family))) with
            {
                OnFailure = canDoWithout ? OnFailure.Warn : OnFailure.Fatal,
            });
            AppendTeardown(teardown, request, family, facts);
        }

        return new Plan { Warnings = choice.Warnings, Setup = setup, Teardown = teardown };
    }

    private static string SetupScript(FirewallRequest request, IpFamily family, FamilyFacts facts)
    {
        Endpoint listener = request.Listener(family)!.Value;
        string chain = request.InstanceName(family);
        StringBuilder script = new("*nat\n");

        // With --noflush this empties a chain that a dead owner left; its jumps have to go by name.
        script.Append($":{chain} - [0:0]\n");
        foreach (NatJump jump in facts.Jumps)
        {
            if (jump.Port == listener.Port)
            {
                script.Append($"-D {jump}\n");
            }
        }

        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Append($"-A {chain} -p tcp -d {exempt.Address} --dport {exempt.Port} -j RETURN\n");
            }
        }

        foreach (Subnet subnet in request.Ordered(family))
        {
            script.Append($"-A {chain} {Rule(subnet, listener)}\n");
        }

        NatParts created = facts.Absent & Touched(request, family);
        if (created != NatParts.None)
        {
            script.Append($"-A {chain} -m comment --comment {CreatedMark}{(int)created} -j RETURN\n");
        }

        foreach (NatJump jump in Jumps(request, family))
        {
            string text = jump.ToString();
            script.Append($"-I {jump.Hook} 1{text[jump.Hook.Length..]}\n");
        }

        return script.Append("COMMIT\n").ToString();
    }

    private static string Rule(Subnet subnet, Endpoint listener)
    {
        StringBuilder rule = new("-p tcp");
        if (!subnet.Exclude)
        {
            // Tracking that starts with our first rule takes a packet from the middle of an old connection for a new
            // one; only a SYN really is.
            rule.Append(" --syn");
        }

        if (subnet.Width > 0)
        {
            rule.Append($" -d {subnet.Address.Masked(subnet.Width)}/{subnet.Width}");
        }

        if (!subnet.AllPorts)
        {
            rule.Append(subnet.FirstPort == subnet.LastPort ? $" --dport {subnet.FirstPort}" : $" --dport {subnet.FirstPort}:{subnet.LastPort}");
        }

        if (subnet.Exclude)
        {
            return rule.Append(" -j RETURN").ToString();
        }

        if (FirewallRequest.SparesLocal(subnet))
        {
            rule.Append(" -m addrtype ! --dst-type LOCAL");
        }

        // REDIRECT leads to the loopback address for local traffic and to the incoming interface's address for
        // forwarded traffic; a listener on any other single address must be named.
        bool redirect = listener.Address.IsAny || listener.Address == IpAddress.Loopback(listener.Address.Family);
        return rule.Append(redirect ? $" -j REDIRECT --to-ports {listener.Port}" : $" -j DNAT --to-destination {listener}").ToString();
    }

    private static List<NatJump> Jumps(FirewallRequest request, IpFamily family)
    {
        ushort port = request.Listener(family)!.Value.Port;
        bool isV6 = family == IpFamily.V6;
        List<NatJump> jumps = [new("OUTPUT", request.ServerTtl, isV6, port)];
        if (request.CapturesForwarded(family))
        {
            jumps.Add(new("PREROUTING", null, isV6, port));
        }

        return jumps;
    }

    private static NatParts Touched(FirewallRequest request, IpFamily family) =>
        NatParts.Table | NatParts.Output | (request.CapturesForwarded(family) ? NatParts.Prerouting : NatParts.None);

    private static void AppendTeardown(List<Step> steps, FirewallRequest request, IpFamily family, Facts facts)
    {
        string tool = Tool(family);
        string chain = request.InstanceName(family);
        Condition chainExists = new([tool, "-w", "-t", "nat", "-S", chain], $"chain {chain} exists", static answer => answer.Succeeded);

        StringBuilder script = new("*nat\n");
        List<Step> singly = [];
        foreach (NatJump jump in Jumps(request, family))
        {
            script.Append($"-D {jump}\n");
            singly.Add(Single(["-D", .. jump.ToString().Split(' ')]));
        }

        script.Append($"-F {chain}\n-X {chain}\nCOMMIT\n");
        singly.Add(Single(["-F", chain]));
        singly.Add(Single(["-X", chain]) with { OnFailure = OnFailure.Warn });

        steps.Add(Restore($"remove the {Label(family)} rules", family, facts, script.ToString()) with
        {
            OnFailure = OnFailure.Ignore,
            OnlyIf = chainExists,
        });

        // Where somebody else has flushed a part of it, the commit fails as a whole: then one by one.
        steps.AddRange(singly);
        AppendCreatedRemoval(steps, family, facts.Of(family).Absent & Touched(request, family));

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
