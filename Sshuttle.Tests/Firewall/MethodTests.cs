using System.Collections.Generic;
using System.Linq;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>Named requests and facts against the whole plan as text.</summary>
public class MethodTests
{
    private static readonly FirewallRequest Reference = new()
    {
        Listener4 = Make.Endpoint("127.0.0.1", 12300),
        Listener6 = Make.Endpoint("::1", 12300),
        Subnets = Make.Subnets("10.88.0.0/16", "10.88.0.5 8000-9000", "10.88.0.6 22", "fd88::/64", "fd88::9 443", "!10.88.5.0/24"),
        Exempt = [Make.Endpoint("10.88.0.2", 22), Make.Endpoint("fd88::2", 22)],
    };

    private static readonly Dictionary<string, FirewallRequest> Requests = new()
    {
        ["reference"] = Reference,
        ["ipv4-only"] = Reference with { Listener6 = null },
        ["everything"] = Reference with { Subnets = Make.Subnets("0.0.0.0/0", "::/0") },
        ["ports"] = Reference with { Subnets = Make.Subnets("0.0.0.0/0 443", "!192.0.2.0/24 443", "192.0.2.1 0-100"), Exempt = [] },
        ["server-loopback"] = Reference with { Subnets = Make.Subnets("127.0.0.1 8200", "127.0.0.0/8 8300", "::1 8200") },
        ["router"] = Reference with { Listener4 = Make.Endpoint("0.0.0.0", 12300), Listener6 = Make.Endpoint("::", 12299) },
        ["one-address"] = Reference with { Listener4 = Make.Endpoint("192.0.2.1", 12300), Listener6 = Make.Endpoint("2001:db8::1", 12300) },
        ["local-server"] = Reference with { Listener4 = Make.Endpoint("0.0.0.0", 12300), ServerTtl = 63, Exempt = [] },
        ["nothing-included"] = Reference with { Subnets = Make.Subnets("!10.88.5.0/24") },
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (IFirewallMethod method in Methods.All)
            {
                foreach (string name in Requests.Keys)
                {
                    cases.Add(method.Name, name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_IsTheGoldenOne(string method, string name) =>
        Golden.Check($"{method}.{name}", Methods.Named(method).Single().Plan(Requests[name], Facts.Assumed).ToText());

    [Fact]
    public void FreshTable_IsMarkedAndRemoved() => Golden.Check(
        "nat.fresh-table",
        new NatMethod().Plan(Reference, new Facts(new FamilyFacts { Absent = NatParts.All }, new FamilyFacts { Absent = NatParts.Output })).ToText());

    [Fact]
    public void Leftover_IsReplacedInTheSameCommit() => Golden.Check(
        "nat.leftover",
        new NatMethod().Plan(Requests["ipv4-only"], new Facts(
            new FamilyFacts
            {
                Jumps = [new("OUTPUT", null, false, 12300), new("OUTPUT", 63, false, 12300), new("PREROUTING", null, false, 12300), new("OUTPUT", null, false, 12299)],
                RestoreWaits = false,
            },
            FamilyFacts.Assumed)).ToText());

    [Theory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void DeadInstances_AreRemovedFirst(string method)
    {
        HashSet<ushort> listening = [];
        ListeningPorts.Add(listening, """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:300A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11459 1 0000000000000000 100 0 0 10 0
               1: 0100007F:3009 0100007F:0016 01 00000000:00000000 00:00000000 00000000     0        0 11460 1 0000000000000000 100 0 0 10 0
            """);
        Assert.Equal([12298], listening);
        FamilyFacts facts = new()
        {
            Instances = [12300, 12298, 12297],
            Jumps = [new("OUTPUT", null, false, 12298), new("OUTPUT", 63, false, 12297), new("PREROUTING", null, false, 12297)],
        };
        Golden.Check(
            $"{method}.dead-instances",
            Methods.Named(method).Single().Plan(Requests["ipv4-only"], new Facts(facts, FamilyFacts.Assumed).WithListening(listening)).ToText());
    }

    [Fact]
    public void Tables_TellTheInstances()
    {
        Facts facts = new NftMethod().Read([new(0, "table ip filter\ntable ip sshuttle-12300\ntable ip6 sshuttle-12299\ntable inet sshuttle-1\ntable ip sshuttle-x\n", "")]);
        Assert.Equal([12300], facts.V4.Instances);
        Assert.Equal([12299], facts.V6.Instances);
    }

    [Theory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void BrokenIpv6_IsLeftOutWithOneLine(string method)
    {
        Facts facts = Facts.Assumed with { V6 = new FamilyFacts { Failure = "no IPv6 here" } };
        Plan plan = Methods.Named(method).Single().Plan(Reference, facts);
        Assert.Equal(["warning: IPv6 subnets are not captured: no IPv6 here"], plan.Warnings);
        Assert.DoesNotContain("fd88", plan.ToText());
        Assert.Empty(Methods.Named(method).Single().Plan(Requests["ipv4-only"], facts).Warnings);

        FirewallRequest onlyV6 = Reference with { Subnets = Make.Subnets("fd88::/64") };
        Fatal fatal = Assert.Throws<Fatal>(() => Methods.Named(method).Single().Plan(onlyV6, facts));
        Assert.Equal("IPv6 subnets cannot be captured on this machine: no IPv6 here", fatal.Message);
    }

    [Theory]
    [InlineData("-A OUTPUT -j sshuttle-12300", false)]
    [InlineData("-A PREROUTING -j sshuttle-12300", true)]
    [InlineData("-A OUTPUT -m ttl ! --ttl-eq 63 -j sshuttle-1", false)]
    [InlineData("-A OUTPUT -m hl ! --hl-eq 63 -j sshuttle-1", true)]
    public void Jump_IsReadAsItIsWritten(string line, bool isV6)
    {
        Assert.True(NatJump.TryParse(line, isV6, out NatJump jump));
        Assert.Equal(line, $"-A {jump}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-A OUTPUT -j DOCKER")]
    [InlineData("-A OUTPUT -j sshuttle-")]
    [InlineData("-A OUTPUT -j sshuttle-65536")]
    [InlineData("-A OUTPUT -j sshuttle-012")]
    [InlineData("-A INPUT -j sshuttle-1")]
    [InlineData("-A OUTPUT -o eth0 -j sshuttle-1")]
    [InlineData("-A OUTPUT -m hl ! --hl-eq 63 -j sshuttle-1")]
    [InlineData("-A OUTPUT -m ttl ! --ttl-eq x -j sshuttle-1")]
    public void OtherRules_AreNoJumps(string line) => Assert.False(NatJump.TryParse(line, false, out _));

    [Theory]
    [InlineData("iptables v1.8.9 (nf_tables)", true, NatParts.All)]
    [InlineData("iptables v1.8.9 (legacy)", true, NatParts.None)]
    [InlineData("iptables v1.6.2", true, NatParts.None)]
    [InlineData("iptables v1.6.1", false, NatParts.None)]
    [InlineData("iptables v1.4.21", false, NatParts.None)]
    [InlineData("iptables v1.10.0 (nf_tables)", true, NatParts.All)]
    [InlineData("", false, NatParts.None)]
    public void Version_DecidesWhatCanBeDone(string version, bool waits, NatParts absent)
    {
        Facts facts = Read(version, "", "");
        Assert.Equal(waits, facts.V4.RestoreWaits);
        Assert.Equal(absent, facts.V4.Absent);
    }

    [Theory]
    [InlineData("", NatParts.All)]
    [InlineData("table ip filter {\n\tchain OUTPUT {\n\t}\n}\n", NatParts.All)]
    [InlineData("table ip nat {\n}\n", NatParts.Output | NatParts.Prerouting)]
    [InlineData("table ip nat {\n\tchain OUTPUT {\n\t\ttype nat hook output priority -100; policy accept;\n\t}\n\tchain DOCKER {\n\t}\n}\n", NatParts.Prerouting)]
    [InlineData("table ip nat {\n\tchain PREROUTING {\n\t}\n\tchain OUTPUT {\n\t}\n}\n", NatParts.None)]
    public void Chains_TellWhatIsAbsent(string chains, NatParts absent) =>
        Assert.Equal(absent, Read("iptables v1.8.9 (nf_tables)", "", chains).V4.Absent);

    [Fact]
    public void WhatAnotherInstanceMade_CountsAsAbsent()
    {
        const string saved = "*nat\n-A OUTPUT -j sshuttle-12300\n-A sshuttle-12300 -m comment --comment sshuttle-created:3 -j RETURN\nCOMMIT\n";
        const string chains = "table ip nat {\n\tchain sshuttle-12300 {\n\t}\n\tchain OUTPUT {\n\t}\n}\n";
        FamilyFacts facts = Read("iptables v1.8.9 (nf_tables)", saved, chains).V4;
        Assert.Equal(NatParts.All, facts.Absent);
        Assert.Equal([new NatJump("OUTPUT", null, false, 12300)], facts.Jumps);
    }

    [Theory]
    [InlineData(0, "table ip nat {\n}\n", true)]
    [InlineData(0, "# Warning: table ip nat is managed by iptables-nft, do not touch!\ntable ip nat {\n\tchain OUTPUT {\n\t\ttype nat hook output priority -100; policy accept;\n\t}\n}\n", true)]
    [InlineData(0, "table ip nat {\n\tchain OUTPUT {\n\t\ttype nat hook output priority -100; policy drop;\n\t}\n}\n", false)]
    [InlineData(0, "table ip nat {\n\tchain OUTPUT {\n\t\ttype nat hook output priority -100; policy accept;\n\t\taccept\n\t}\n}\n", false)]
    [InlineData(0, "table ip nat {\n\tchain mine {\n\t}\n}\n", false)]
    [InlineData(0, "table ip nat {\n\tset mine {\n\t}\n}\n", false)]
    [InlineData(1, "", false)]
    public void OnlyAnEmptyTable_MayGo(int status, string listing, bool empty) =>
        Assert.Equal(empty, NatProbes.HoldsNoRule(new Answer(status, listing, "")));

    private static Facts Read(string version, string saved, string chains)
    {
        Answer none = new(Answer.NotFound, "", "");
        return new NatMethod().Read([new(0, version, ""), new(0, saved, ""), new(0, chains, ""), none, none, none]);
    }
}
