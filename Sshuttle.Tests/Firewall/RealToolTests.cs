using System.Collections.Generic;
using System.Linq;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>The plans with the real tools: what is there before is there afterwards, and nothing else.</summary>
public class RealToolTests
{
    private static readonly FirewallRequest Request = new()
    {
        Listener4 = Make.Endpoint("127.0.0.1", 12300),
        Listener6 = Make.Endpoint("::1", 12300),
        Subnets = Make.Subnets("0.0.0.0/0", "10.88.0.5 8000-9000", "!10.88.5.0/24", "fd88::1/64", "fd88::9 443"),
        Exempt = [Make.Endpoint("192.0.2.9", 22), Make.Endpoint("2001:db8::9", 22)],
    };

    public static TheoryData<string> Kinds => [.. Host.Kinds];

    public static TheoryData<string, string> KindsAndSurroundings
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string kind in Host.Kinds)
            {
                foreach (string surroundings in Surroundings.All.Keys)
                {
                    cases.Add(kind, surroundings);
                }
            }

            return cases;
        }
    }

    [NeedsRootTheory]
    [MemberData(nameof(KindsAndSurroundings))]
    public void Undo_LeavesWhatWasThere(string kind, string surroundings)
    {
        using Host host = new(kind);
        Surroundings.All[surroundings](host.Net);
        string before = Rules(host, kind);
        foreach (FirewallRequest request in new[] { Request, Everywhere(Request) with { ServerTtl = 63 } })
        {
            Plan plan = host.SetUp(request);
            Assert.Contains("sshuttle-12300", host.Net.Rules());
            host.TearDown(plan);
            Assert.Equal(before, host.Net.Rules());

            // The guard may do it again.
            host.TearDown(plan);
            Assert.Equal(before, host.Net.Rules());
        }
    }

    [NeedsRootTheory]
    [MemberData(nameof(KindsAndSurroundings))]
    public void Trial_LeavesWhatWasThere(string kind, string surroundings)
    {
        using Host host = new(kind);
        Surroundings.All[surroundings](host.Net);
        string before = Rules(host, kind);
        foreach (IpFamily family in new[] { IpFamily.V4, IpFamily.V6 })
        {
            Plan trial = host.Method.Trial(family, host.Facts());
            host.Take(trial.Setup, mustSucceed: true);
            host.Take(trial.Teardown, mustSucceed: false);
            Assert.Equal(before, host.Net.Rules());
        }
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void Leftover_IsReplaced(string kind)
    {
        using Host host = new(kind);
        string before = Rules(host, kind);
        host.SetUp(Everywhere(Request) with { ServerTtl = 63 });
        Plan plan = host.SetUp(Request);
        string once = host.Net.Rules();
        host.SetUp(Request);
        Assert.Equal(once, host.Net.Rules());
        Assert.DoesNotContain("63", once);
        host.TearDown(plan);
        Assert.Equal(before, host.Net.Rules());
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void Instances_StartAndStopInAnyOrder(string kind)
    {
        using Host host = new(kind);
        string before = Rules(host, kind);
        FirewallRequest other = Everywhere(Request with
        {
            Listener4 = Make.Endpoint("127.0.0.1", 12299),
            Listener6 = Make.Endpoint("::1", 12299),
        });
        foreach (bool firstGoesFirst in new[] { true, false })
        {
            Plan first = host.SetUp(Request);
            string onlyFirst = host.Net.Rules();
            Plan second = host.SetUp(other);
            host.TearDown(firstGoesFirst ? first : second);
            if (!firstGoesFirst)
            {
                Assert.Equal(onlyFirst, host.Net.Rules());
            }

            Assert.Contains(firstGoesFirst ? "sshuttle-12299" : "sshuttle-12300", host.Net.Rules());
            host.TearDown(firstGoesFirst ? second : first);
            Assert.Equal(before, host.Net.Rules());
        }
    }

    [NeedsRootTheory]
    [InlineData("nat", "-D OUTPUT -j sshuttle-12300")]
    [InlineData("nat", "-F OUTPUT")]
    [InlineData("nat", "-F")]
    [InlineData("nat-legacy", "-D OUTPUT -j sshuttle-12300")]
    [InlineData("nat-legacy", "-F")]
    public void Undo_CopesWithFlushedRules(string kind, string flush)
    {
        using Host host = new(kind);
        string before = Rules(host, kind);
        Plan plan = host.SetUp(Everywhere(Request));
        Assert.True(host.Run(["iptables", "-t", "nat", .. flush.Split(' ')], null).Succeeded);
        host.TearDown(plan);
        Assert.Equal(before, host.Net.Rules());
    }

    [NeedsRootFact]
    public void FlushedRuleset_IsNoErrorToUndo()
    {
        foreach (string kind in Host.Kinds)
        {
            using Host host = new(kind);
            Plan plan = host.SetUp(Request);
            host.Net.MustRun("nft", "flush", "ruleset");
            host.TearDown(plan);
            Assert.DoesNotContain("sshuttle", host.Net.Rules());
        }
    }

    [NeedsRootTheory]
    [InlineData("nft")]
    [InlineData("nat")]
    public void RulesOfOthers_OutliveATableThatWeMade(string kind)
    {
        using Host host = new(kind);
        Plan plan = host.SetUp(Request);
        host.Net.MustRun("iptables", "-t", "nat", "-A", "POSTROUTING", "-d", "192.0.2.1", "-j", "MASQUERADE");
        host.TearDown(plan);
        string after = host.Net.Rules();
        Assert.Contains("MASQUERADE", after);
        Assert.DoesNotContain("chain OUTPUT", after);
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void ManySubnets_FitIntoOneStep(string kind)
    {
        using Host host = new(kind);
        List<Subnet> subnets = Enumerable.Range(0, 2000).Select(i => Make.Subnet($"10.{i / 256}.{i % 256}.0/24")).ToList();
        string before = Rules(host, kind);
        Plan plan = host.SetUp(Request with { Subnets = subnets });
        host.TearDown(plan);
        Assert.Equal(before, host.Net.Rules());
    }

    private static FirewallRequest Everywhere(FirewallRequest request) => request with
    {
        Listener4 = Make.Endpoint("0.0.0.0", request.Listener4!.Value.Port),
        Listener6 = Make.Endpoint("2001:db8::7", request.Listener6!.Value.Port),
    };

    /// <summary>The kernel keeps a legacy table that was looked at once; nothing can remove it.</summary>
    private static string Rules(Host host, string kind)
    {
        if (kind.EndsWith("-legacy"))
        {
            foreach (IptablesTable table in IptablesTable.All)
            {
                host.Net.MustRun("iptables-legacy-save", "-t", table.Word);
                host.Net.MustRun("ip6tables-legacy-save", "-t", table.Word);
            }
        }

        return host.Net.Rules();
    }
}
