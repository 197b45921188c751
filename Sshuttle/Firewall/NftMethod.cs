using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// nftables: one table of our own per family, put in and taken out in one transaction, so that no rule of anybody
/// else's is touched. Separate families instead of one <c>inet</c> table, since nat in those needs Linux 5.2.
/// </summary>
/// <param name="transparent">Whether TCP is captured as it is rather than turned to the listener.</param>
public sealed class NftMethod(bool transparent) : IFirewallMethod
{
    /// <inheritdoc/>
    public string Name => transparent ? "tproxy-nft" : "nft";

    /// <inheritdoc/>
    public bool IsTransparent => transparent;

    /// <inheritdoc/>
    public Features Features => Features.All;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<string>> Probes { get; } =
    [
        ["nft", "list", "tables"],
        PolicyRouting.RuleProbe(IpFamily.V4),
        PolicyRouting.RuleProbe(IpFamily.V6),
        PolicyRouting.RouteProbe(IpFamily.V4),
        PolicyRouting.RouteProbe(IpFamily.V6),
    ];

    /// <inheritdoc/>
    public Facts Read(IReadOnlyList<Answer> answers) => new(
        Read("ip", answers[0], answers[1], answers[3]),
        Read("ip6", answers[0], answers[2], answers[4]));

    /// <inheritdoc/>
    public Plan Trial(IpFamily family, Facts facts)
    {
        // The kernel itself checks this transaction, modules and all, and then drops it.
        IpAddress loopback = IpAddress.Loopback(family);
        FirewallRequest sample = new()
        {
            Listener4 = new Endpoint(loopback, 1),
            Listener6 = new Endpoint(loopback, 1),
            Subnets = [new Subnet(loopback, 1, 1, 2, false)],
            Udp = transparent ? UdpMode.On : UdpMode.Off,
        };
        RuleText script = new();
        new NftScript(script, family, sample, sample.Transparent(transparent)).AppendReplacement("sshuttle-trial");
        Step check = new("try nft", ["nft", "--check", "-f", "-"]) { Input = script.ToString() };
        return new Plan { Setup = transparent ? [check, PolicyRouting.Trial(family)] : [check] };
    }

    /// <inheritdoc/>
    public Plan Plan(FirewallRequest request, Facts facts)
    {
        FamilyChoice choice = FamilyChoice.Of(request, facts);
        if (choice.Families.Count == 0)
        {
            return new Plan();
        }

        bool routed = request.Transparent(transparent) != Protocols.None;
        RuleText mending = new();
        RuleText removal = new();
        List<Step> setup = [];
        List<Step> teardown = [];
        foreach (IpFamily family in choice.Families)
        {
            ushort port = request.Listener(family)!.Value.Port;
            foreach (ushort dead in facts.Of(family).DeadBut(port))
            {
                NftScript.AppendRemoval(mending, InstanceName.Of(dead), family);
            }

            PolicyRouting.AppendDeadRemoval(setup, family, facts.Of(family), port, routed);
            NftScript.AppendRemoval(removal, request.InstanceName(family), family);
            if (routed)
            {
                MarkRule rule = new(request.Mark, port);
                PolicyRouting.AppendSetup(setup, rule, family, facts);
                PolicyRouting.AppendTeardown(teardown, rule, family);
            }
        }

        if (!mending.IsEmpty)
        {
            setup.Insert(0, Transaction("remove the rules of killed instances", mending) with { OnFailure = OnFailure.Warn });
        }

        setup.Add(Install(request, choice));
        teardown.Insert(0, Transaction("remove the rules", removal) with { OnFailure = OnFailure.Warn });
        return new Plan
        {
            Warnings = routed ? [.. choice.Warnings, .. PolicyRouting.Warnings(choice.Families, facts)] : choice.Warnings,
            Setup = setup,
            Teardown = teardown,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<Step> Renewal(FirewallRequest request, Facts facts) => [Install(request, FamilyChoice.Of(request, facts))];

    private Step Install(FirewallRequest request, FamilyChoice choice)
    {
        RuleText script = new();
        foreach (IpFamily family in choice.Families)
        {
            new NftScript(script, family, request, request.Transparent(transparent)).AppendReplacement(request.InstanceName(family));
        }

        return Transaction("install the rules", script);
    }

    private static Step Transaction(string purpose, RuleText script) =>
        new(purpose, ["nft", "-f", "-"]) { Input = script.ToString() };

    private static FamilyFacts Read(string word, Answer tables, Answer rules, Answer route)
    {
        List<ushort> instances = [];
        foreach (string line in tables.Output.Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words.Length == 3 && words[0] == "table" && words[1] == word && InstanceName.TryParse(words[2], out ushort port))
            {
                instances.Add(port);
            }
        }

        return new FamilyFacts { Instances = instances }.WithRouting(rules, route);
    }
}
