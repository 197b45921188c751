using System;
using System.Net.Sockets;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>
/// Real connections under real rules, between a client host and a far one. Whoever is connected to says its name:
/// <c>tunnel</c> is the client's listener.
/// </summary>
public sealed class TrafficTests : IDisposable
{
    private const int Port = 12300;
    private readonly NetNs far = new();

    public static TheoryData<string> Kinds => [.. Host.Kinds];

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void Everything_IsCapturedButTheExempt(string kind)
    {
        using Host client = Client(kind);
        using Talker tunnel4 = new(client.Net, "tunnel", "127.0.0.1", Port);
        using Talker tunnel6 = new(client.Net, "tunnel", "::1", Port);
        using Talker far4 = new(far, "far", "0.0.0.0", 80);
        using Talker far6 = new(far, "far", "::", 80);
        using Talker own = new(client.Net, "own", "0.0.0.0", 8080);

        // Nothing has made the kernel track connections so far, so the first rule finds these in mid-stream.
        using Socket old4 = Talker.Connect(client.Net, "192.0.2.2", 80);
        using Socket old6 = Talker.Connect(client.Net, "2001:db8:1::2", 80);
        Assert.Equal("far", Talker.Hear(old4));
        Assert.Equal("far", Talker.Hear(old6));

        Plan plan = client.SetUp(new FirewallRequest
        {
            Listener4 = Make.Endpoint("127.0.0.1", Port),
            Listener6 = Make.Endpoint("::1", Port),
            Subnets = Make.Subnets("0.0.0.0/0", "::/0", "127.0.0.1 8200", "!192.0.2.4/31"),
            Exempt = [Make.Endpoint("192.0.2.3", 80), Make.Endpoint("2001:db8:1::3", 80)],
        });
        Assert.Equal("more", Talker.Echo(old4, "more"));
        Assert.Equal("more", Talker.Echo(old6, "more"));

        Assert.Equal("tunnel", Talker.Who(client.Net, "192.0.2.2", 80));
        Assert.Equal("tunnel", Talker.Who(client.Net, "192.0.2.2", 81));
        Assert.Equal("tunnel", Talker.Who(client.Net, "198.51.100.1", 80));
        Assert.Equal("tunnel", Talker.Who(client.Net, "2001:db8:1::2", 80));
        Assert.Equal("tunnel", Talker.Who(client.Net, "2001:db8:ffff::1", 80));
        Assert.Equal("far", Talker.Who(client.Net, "192.0.2.3", 80));
        Assert.Equal("tunnel", Talker.Who(client.Net, "192.0.2.3", 22));
        Assert.Equal("far", Talker.Who(client.Net, "2001:db8:1::3", 80));
        Assert.Equal("far", Talker.Who(client.Net, "192.0.2.4", 80));

        // Between local programs nothing changes, but for what was asked for by its address.
        Assert.Equal("own", Talker.Who(client.Net, "127.0.0.1", 8080));
        Assert.Equal("own", Talker.Who(client.Net, "192.0.2.1", 8080));
        Assert.Equal("refused", Talker.Who(client.Net, "127.0.0.1", 8201));
        Assert.Equal("tunnel", Talker.Who(client.Net, "127.0.0.1", 8200));

        client.TearDown(plan);
        Assert.Equal("far", Talker.Who(client.Net, "192.0.2.2", 80));
        Assert.Equal("far", Talker.Who(client.Net, "2001:db8:1::2", 80));
        Assert.Equal("more", Talker.Echo(old4, "more"));
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void ConnectionsTrackedBefore_Stay(string kind)
    {
        using Host client = Client(kind);
        client.Net.MustRun("iptables", "-A", "INPUT", "-m", "conntrack", "--ctstate", "ESTABLISHED", "-j", "ACCEPT");
        using Talker tunnel = new(client.Net, "tunnel", "127.0.0.1", Port);
        using Talker farther = new(far, "far", "0.0.0.0", 80);
        using Socket old = Talker.Connect(client.Net, "192.0.2.2", 80);
        Assert.Equal("far", Talker.Hear(old));
        client.SetUp(new FirewallRequest { Listener4 = Make.Endpoint("127.0.0.1", Port), Subnets = Make.Subnets("0.0.0.0/0") });
        Assert.Equal("more", Talker.Echo(old, "more"));
        Assert.Equal("tunnel", Talker.Who(client.Net, "192.0.2.2", 80));
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void ForwardedTraffic_IsCapturedOnlyWhereItCanReachTheListener(string kind)
    {
        using NetNs behind = new();
        using Host client = Client(kind);
        NetNs.Join(behind, ["198.51.100.2/24", "2001:db8:2::2/64"], client.Net, ["198.51.100.1/24", "2001:db8:2::1/64"]);
        behind.MustRun("ip", "route", "add", "default", "via", "198.51.100.1");
        behind.MustRun("ip", "route", "add", "default", "via", "2001:db8:2::1");
        client.Net.MustRun("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
        far.MustRun("ip", "route", "add", "default", "via", "192.0.2.1");
        far.MustRun("ip", "route", "add", "default", "via", "2001:db8:1::1");
        using Talker far4 = new(far, "far", "0.0.0.0", 80);
        using Talker far6 = new(far, "far", "::", 80);
        using Talker own = new(client.Net, "own", "198.51.100.1", 80);

        foreach ((string listen4, string listen6, string expected) in new[]
        {
            ("127.0.0.1", "::1", "far"),
            ("0.0.0.0", "::", "tunnel"),
            ("192.0.2.1", "2001:db8:1::1", "tunnel"),
            ("198.51.100.1", "2001:db8:2::1", "tunnel"),
        })
        {
            using Talker tunnel4 = new(client.Net, "tunnel", listen4, Port);
            using Talker tunnel6 = new(client.Net, "tunnel", listen6, Port);
            Plan plan = client.SetUp(new FirewallRequest
            {
                Listener4 = Make.Endpoint(listen4, Port),
                Listener6 = Make.Endpoint(listen6, Port),
                Subnets = Make.Subnets("0.0.0.0/0", "::/0"),
                Exempt = [Make.Endpoint("192.0.2.3", 80)],

                // Has no say over other hosts' packets, which may have any TTL.
                ServerTtl = 64,
            });
            Assert.Equal(expected, Talker.Who(behind, "192.0.2.2", 80));
            Assert.Equal(expected, Talker.Who(behind, "2001:db8:1::2", 80));
            Assert.Equal("far", Talker.Who(behind, "192.0.2.3", 80));
            Assert.Equal("own", Talker.Who(behind, "198.51.100.1", 80));
            client.TearDown(plan);
        }
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void ListenerOnOneAddress_IsReachedFromHere(string kind)
    {
        foreach ((string listen4, string listen6) in new[] { ("192.0.2.1", "2001:db8:1::1"), ("127.0.0.9", "::1"), ("0.0.0.0", "::") })
        {
            using Host client = Client(kind);
            using Talker tunnel4 = new(client.Net, "tunnel", listen4, Port);
            using Talker tunnel6 = new(client.Net, "tunnel", listen6, Port);
            client.SetUp(new FirewallRequest
            {
                Listener4 = Make.Endpoint(listen4, Port),
                Listener6 = Make.Endpoint(listen6, Port),
                Subnets = Make.Subnets("0.0.0.0/0", "::/0"),
            });
            Assert.Equal("tunnel", Talker.Who(client.Net, "192.0.2.2", 80));
            Assert.Equal("tunnel", Talker.Who(client.Net, "2001:db8:1::2", 80));
        }
    }

    [NeedsRootTheory]
    [MemberData(nameof(Kinds))]
    public void ServerOnThisMachine_IsNotCaptured(string kind)
    {
        using Host client = Client(kind);
        using Talker tunnel4 = new(client.Net, "tunnel", "127.0.0.1", Port);
        using Talker tunnel6 = new(client.Net, "tunnel", "::1", Port);
        using Talker far4 = new(far, "far", "0.0.0.0", 80);
        using Talker far6 = new(far, "far", "::", 80);
        client.SetUp(new FirewallRequest
        {
            Listener4 = Make.Endpoint("127.0.0.1", Port),
            Listener6 = Make.Endpoint("::1", Port),
            Subnets = Make.Subnets("0.0.0.0/0", "::/0"),
            ServerTtl = 63,
        });
        foreach (string address in new[] { "192.0.2.2", "2001:db8:1::2" })
        {
            Assert.Equal("tunnel", Talker.Who(client.Net, address, 80));
            Assert.Equal("far", Talker.Who(client.Net, address, 80, ttl: 63));
        }
    }

    private Host Client(string kind)
    {
        Host client = new(kind);
        NetNs.Join(
            client.Net,
            ["192.0.2.1/24", "2001:db8:1::1/64"],
            far,
            ["192.0.2.2/24", "192.0.2.3/24", "192.0.2.4/24", "2001:db8:1::2/64", "2001:db8:1::3/64"]);
        client.Net.MustRun("ip", "route", "replace", "default", "via", "192.0.2.2");
        client.Net.MustRun("ip", "route", "replace", "default", "via", "2001:db8:1::2");
        return client;
    }

    public void Dispose() => far.Dispose();
}
