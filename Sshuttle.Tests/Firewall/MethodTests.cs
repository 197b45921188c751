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
        ["dns"] = Reference with
        {
            Nameservers = [new(Make.Address("192.0.2.53"), 12299), new(Make.Address("127.0.0.53"), 12298), new(Make.Address("2001:db8::53"), 12297)],
        },
        ["dns-only-ipv4"] = Reference with
        {
            Listener4 = Make.Endpoint("192.0.2.1", 12300),
            Subnets = Make.Subnets("10.88.0.0/16"),
            Nameservers = [new(Make.Address("192.0.2.53"), 12299)],
        },
        ["user"] = Reference with { Uid = 1000 },
        ["user-and-group"] = Reference with
        {
            Listener4 = Make.Endpoint("0.0.0.0", 12300),
            Uid = 0,
            Gid = 4294967294,
            Nameservers = [new(Make.Address("192.0.2.53"), 12299)],
            Udp = UdpMode.Reject,
        },
        ["udp-on"] = Reference with
        {
            Udp = UdpMode.On,
            UdpListener4 = Make.Endpoint("127.0.0.1", 12301),
            UdpListener6 = Make.Endpoint("::1", 12302),
            Mark = 0x1f,
        },
        ["udp-on-router"] = Reference with
        {
            Listener4 = Make.Endpoint("0.0.0.0", 12300),
            Listener6 = Make.Endpoint("2001:db8::1", 12300),
            Udp = UdpMode.On,
            UdpListener4 = Make.Endpoint("0.0.0.0", 12300),
            UdpListener6 = Make.Endpoint("2001:db8::1", 12300),
            Nameservers = [new(Make.Address("192.0.2.53"), 12299)],
            ServerTtl = 63,
        },
        ["udp-reject"] = Reference with { Subnets = Make.Subnets("0.0.0.0/0", "!192.0.2.0/24", "::/0 443"), Udp = UdpMode.Reject },
        ["udp-reject-router"] = Reference with { Listener4 = Make.Endpoint("0.0.0.0", 12300), Udp = UdpMode.Reject, ServerTtl = 63 },
        ["nothing-included"] = Reference with { Subnets = Make.Subnets("!10.88.5.0/24") },
    };

    private const TableParts WholeNat = TableParts.Nat | TableParts.NatOutput | TableParts.NatPrerouting;

    private const TableParts OtherTables = TableParts.All & ~WholeNat;

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
        new IptablesMethod(transparent: false).Plan(Reference, new Facts(new FamilyFacts { Absent = WholeNat }, new FamilyFacts { Absent = TableParts.NatOutput })).ToText());

    [Fact]
    public void Leftover_IsReplacedInTheSameCommit() => Golden.Check(
        "nat.leftover",
        new IptablesMethod(transparent: false).Plan(Requests["ipv4-only"], new Facts(
            new FamilyFacts
            {
                Jumps = [new(IptablesTable.Nat, "OUTPUT", null, false, 12300), new(IptablesTable.Nat, "OUTPUT", 63, false, 12300), new(IptablesTable.Nat, "PREROUTING", null, false, 12300), new(IptablesTable.Nat, "OUTPUT", null, false, 12299)],
                RestoreWaits = false,
            },
            FamilyFacts.Assumed)).ToText());

    [Theory]
    [InlineData("nat")]
    [InlineData("nft")]
    [InlineData("tproxy-nft")]
    [InlineData("tproxy-iptables")]
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
            MarkRules = [new(1, 12300), new(2, 12297), new(1, 12298)],
            Chains =
            [
                new(IptablesTable.Nat, "sshuttle-12300", 12300),
                new(IptablesTable.Nat, "sshuttle-12298", 12298),
                new(IptablesTable.Nat, "sshuttle-12297", 12297),
                new(IptablesTable.Mangle, "sshuttle-m-12300", 12300),
                new(IptablesTable.Mangle, "sshuttle-t-12297", 12297),
            ],
            Jumps = [new(IptablesTable.Nat, "OUTPUT", null, false, 12298), new(IptablesTable.Nat, "OUTPUT", 63, false, 12297), new(IptablesTable.Nat, "PREROUTING", null, false, 12297)],
        };
        Golden.Check(
            $"{method}.dead-instances",
            Methods.Named(method).Single().Plan(Requests["ipv4-only"], new Facts(facts, FamilyFacts.Assumed).WithListening(listening)).ToText());
    }

    [Theory]
    [InlineData("nat")]
    [InlineData("nft")]
    [InlineData("tproxy-nft")]
    [InlineData("tproxy-iptables")]
    public void Renewal_IsTheGoldenOne(string method)
    {
        FirewallRequest request = Requests["dns"] with { Nameservers = [new(Make.Address("192.0.2.54"), 12299)] };
        Golden.Check($"{method}.renewal", new Plan { Setup = Methods.Named(method).Single().Renewal(request, Facts.Assumed) }.ToText());
    }

    [Fact]
    public void DnsAlone_NeedsNoIpv6ThatIsBroken()
    {
        Facts facts = Facts.Assumed with { V6 = new FamilyFacts { Failure = "no IPv6 here" } };
        Assert.Empty(new NftMethod(transparent: false).Plan(Requests["dns-only-ipv4"], facts).Warnings);
    }

    [Fact]
    public void MissingDefaultRoute_IsOneLine()
    {
        Facts facts = Facts.Assumed with { V6 = new FamilyFacts { HasDefaultRoute = false } };
        foreach (IFirewallMethod method in Methods.All)
        {
            string[] expected = method.IsTransparent ? ["warning: there is no default IPv6 route: programs here reach only IPv6 addresses that have a route, captured or not"] : [];
            Assert.Equal(expected, method.Plan(Reference, facts).Warnings);
            Assert.Empty(method.Plan(Requests["ipv4-only"], facts).Warnings);
        }
    }

    [Theory]
    [InlineData("auto", "nft nat")]
    [InlineData("tproxy", "tproxy-nft tproxy-iptables")]
    [InlineData("nat", "nat")]
    [InlineData("tproxy-nft", "tproxy-nft")]
    [InlineData("pf", "")]
    public void Name_StandsFor(string name, string methods) =>
        Assert.Equal(methods, string.Join(' ', Methods.Named(name).Select(method => method.Name)));

    [Fact]
    public void WhatAMethodCannotDo_IsOneLine()
    {
        FeatureCheck.Require("pf", Features.Ipv6 | Features.Dns, Features.Dns);
        Fatal fatal = Assert.Throws<Fatal>(() => FeatureCheck.Require("ipfw", Features.Dns, Features.All));
        Assert.Equal(
            "the ipfw method cannot capture IPv6 (--disable-ipv6 leaves it out), nor capture or reject UDP (--udp), nor tell users apart (--user), nor tell groups apart (--group); choose another one with --method",
            fatal.Message);
        Assert.Equal(99, fatal.ExitCode);
    }

    [Fact]
    public void Tables_TellTheInstances()
    {
        Facts facts = new NftMethod(transparent: false).Read([new(0, "table ip filter\ntable ip sshuttle-12300\ntable ip6 sshuttle-12299\ntable inet sshuttle-1\ntable ip sshuttle-x\n", ""), None, None, None, None]);
        Assert.Equal([12300], facts.V4.Instances);
        Assert.Equal([12299], facts.V6.Instances);
    }

    [Theory]
    [InlineData("nat")]
    [InlineData("nft")]
    [InlineData("tproxy-nft")]
    [InlineData("tproxy-iptables")]
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
    [InlineData("nat", "-A OUTPUT -j sshuttle-12300", false)]
    [InlineData("nat", "-A PREROUTING -j sshuttle-12300", true)]
    [InlineData("nat", "-A OUTPUT -m ttl ! --ttl-eq 63 -j sshuttle-1", false)]
    [InlineData("nat", "-A OUTPUT -m hl ! --hl-eq 63 -j sshuttle-1", true)]
    [InlineData("mangle", "-A OUTPUT -m ttl ! --ttl-eq 63 -j sshuttle-m-1", false)]
    [InlineData("mangle", "-A PREROUTING -j sshuttle-t-65535", true)]
    [InlineData("filter", "-A OUTPUT -j sshuttle-1", false)]
    [InlineData("filter", "-A FORWARD -j sshuttle-1", false)]
    public void Jump_IsReadAsItIsWritten(string table, string line, bool isV6)
    {
        Assert.True(IptablesJump.TryParse(line, IptablesTable.Named(table)!, isV6, out IptablesJump? jump));
        Assert.Equal(line, $"-A {jump}");
    }

    [Theory]
    [InlineData("nat", "")]
    [InlineData("nat", "-A OUTPUT -j DOCKER")]
    [InlineData("nat", "-A OUTPUT -j sshuttle-")]
    [InlineData("nat", "-A OUTPUT -j sshuttle-65536")]
    [InlineData("nat", "-A OUTPUT -j sshuttle-012")]
    [InlineData("nat", "-A OUTPUT -j sshuttle-m-1")]
    [InlineData("nat", "-A INPUT -j sshuttle-1")]
    [InlineData("nat", "-A OUTPUT -o eth0 -j sshuttle-1")]
    [InlineData("nat", "-A OUTPUT -m hl ! --hl-eq 63 -j sshuttle-1")]
    [InlineData("nat", "-A OUTPUT -m ttl ! --ttl-eq x -j sshuttle-1")]
    [InlineData("mangle", "-A OUTPUT -j sshuttle-1")]
    [InlineData("mangle", "-A OUTPUT -j sshuttle-t-1")]
    [InlineData("filter", "-A PREROUTING -j sshuttle-1")]
    public void OtherRules_AreNoJumps(string table, string line) =>
        Assert.False(IptablesJump.TryParse(line, IptablesTable.Named(table)!, false, out _));

    [Theory]
    [InlineData("100:\tfrom all fwmark 0x1 lookup 112300", 0x1, 12300)]
    [InlineData("0:\tfrom all lookup local\n100:\tfrom all fwmark 0xffffffff lookup 165535 \n32766:\tfrom all lookup main\n", 0xffffffff, 65535)]
    public void RoutingRule_IsRead(string list, uint mark, int port) =>
        Assert.Equal([new MarkRule(mark, (ushort)port)], PolicyRouting.Read(new Answer(0, list, "")));

    [Theory]
    [InlineData("")]
    [InlineData("101:\tfrom all fwmark 0x1 lookup 112300")]
    [InlineData("100:\tnot from all fwmark 0x1 lookup 112300")]
    [InlineData("100:\tfrom 192.0.2.1 fwmark 0x1 lookup 112300")]
    [InlineData("100:\tfrom all fwmark 0x1/0xff lookup 112300")]
    [InlineData("100:\tfrom all fwmark 1 lookup 112300")]
    [InlineData("100:\tfrom all fwmark 0x1 lookup 100000")]
    [InlineData("100:\tfrom all fwmark 0x1 lookup 165536")]
    [InlineData("100:\tfrom all fwmark 0x1 lookup main")]
    [InlineData("100:\tfrom all fwmark 0x1 lookup 112300; reboot")]
    public void OtherRoutingRules_AreNotOurs(string line) => Assert.Empty(PolicyRouting.Read(new Answer(0, line, "")));

    [Theory]
    [InlineData("iptables v1.8.9 (nf_tables)", true, TableParts.All)]
    [InlineData("iptables v1.8.9 (legacy)", true, TableParts.None)]
    [InlineData("iptables v1.6.2", true, TableParts.None)]
    [InlineData("iptables v1.6.1", false, TableParts.None)]
    [InlineData("iptables v1.4.21", false, TableParts.None)]
    [InlineData("iptables v1.10.0 (nf_tables)", true, TableParts.All)]
    [InlineData("", false, TableParts.None)]
    public void Version_DecidesWhatCanBeDone(string version, bool waits, TableParts absent)
    {
        Facts facts = Read(version, "", "");
        Assert.Equal(waits, facts.V4.RestoreWaits);
        Assert.Equal(absent, facts.V4.Absent);
    }

    [Theory]
    [InlineData("", TableParts.All)]
    [InlineData("table ip filter {\n\tchain OUTPUT {\n\t}\n}\n", TableParts.All & ~(TableParts.Filter | TableParts.FilterOutput))]
    [InlineData("table ip nat {\n}\n", TableParts.All & ~TableParts.Nat)]
    [InlineData("table ip nat {\n\tchain OUTPUT {\n\t\ttype nat hook output priority -100; policy accept;\n\t}\n\tchain DOCKER {\n\t}\n}\n", TableParts.All & ~(TableParts.Nat | TableParts.NatOutput))]
    [InlineData("table ip nat {\n\tchain PREROUTING {\n\t}\n\tchain OUTPUT {\n\t}\n}\n", OtherTables)]
    [InlineData("table ip6 nat {\n}\ntable ip nat {\n\tchain FORWARD {\n\t}\n}\n", TableParts.All & ~TableParts.Nat)]
    [InlineData("table ip mangle {\n\tchain OUTPUT {\n\t}\n\tchain PREROUTING {\n\t}\n}\ntable ip filter {\n\tchain FORWARD {\n\t}\n}\n", WholeNat | TableParts.FilterOutput)]
    public void Chains_TellWhatIsAbsent(string chains, TableParts absent) =>
        Assert.Equal(absent, Read("iptables v1.8.9 (nf_tables)", "", chains).V4.Absent);

    [Fact]
    public void WhatAnotherInstanceMade_CountsAsAbsent()
    {
        const string saved = "*nat\n-A OUTPUT -j sshuttle-12300\n-A sshuttle-12300 -m comment --comment sshuttle-created:3 -j RETURN\nCOMMIT\n";
        const string chains = "table ip nat {\n\tchain sshuttle-12300 {\n\t}\n\tchain OUTPUT {\n\t}\n}\n";
        FamilyFacts facts = Read("iptables v1.8.9 (nf_tables)", saved, chains).V4;
        Assert.Equal(TableParts.All, facts.Absent);
        Assert.Equal([new IptablesJump(IptablesTable.Nat, "OUTPUT", null, false, 12300)], facts.Jumps);
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
        Assert.Equal(empty, IptablesProbes.HoldsNoRule(new Answer(status, listing, "")));

    private static Answer None => new(Answer.NotFound, "", "");

    private static Facts Read(string version, string saved, string chains)
    {
        return new IptablesMethod(transparent: false).Read([new(0, version, ""), new(0, saved, ""), new(0, chains, ""), None, None, None, None, None, None, None]);
    }
}
