using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Privileged;

/// <summary>The helper and its guard as processes: whatever ends them, the rules are as before.</summary>
public class HelperTests
{
    private static readonly FirewallRequest Request = new()
    {
        Listener4 = Make.Endpoint("127.0.0.1", 12300),
        Listener6 = Make.Endpoint("::1", 12300),
        Subnets = Make.Subnets("0.0.0.0/0", "::/0"),
        Exempt = [Make.Endpoint("192.0.2.9", 22)],
    };

    [NeedsRootTheory]
    [InlineData("nft", "EOF", 0)]
    [InlineData("nat", "EOF", 0)]
    [InlineData("nft", "TERM", 0)]
    [InlineData("nat", "INT", 0)]
    [InlineData("nft", "HUP", 0)]
    [InlineData("nft", "QUIT", 0)]
    [InlineData("nft", "GO\n", 99)]
    [InlineData("nat", "x\n", 99)]
    [InlineData("nft", "KILL", 137)]
    [InlineData("nat", "KILL", 137)]
    public void Rules_GoWithTheHelper(string method, string end, int status)
    {
        using NetNs net = new();
        Surroundings.All["docker"](net);
        string before = net.Rules();
        using Helper helper = new(net, "--method", method);
        helper.Start(Request);
        Assert.Contains("sshuttle-12300", net.Rules());
        End(helper, end);
        Assert.Equal(status, helper.Wait());
        Assert.Equal(before, net.Rules());
    }

    [NeedsRootTheory]
    [InlineData("EOF", 0)]
    [InlineData("TERM", 0)]
    [InlineData("LISTEN 4,127.0.0.1,0\n", 99)]
    [InlineData("KILL", 137)]
    public void NothingAsked_ChangesNothing(string end, int status)
    {
        using NetNs net = new();
        using Helper helper = new(net);
        Assert.Equal(new FirewallReply(FirewallReplyKind.Ready, "nft"), helper.Read());
        helper.Send("SUBNET 4,0,0,0.0.0.0,0,0\n");
        End(helper, end);
        Assert.Equal(status, helper.Wait());
        Assert.DoesNotContain("sshuttle", net.Rules());
    }

    [NeedsRootTheory]
    [InlineData("nft")]
    [InlineData("nat")]
    public void KillAtAnyMoment_LeavesNothing(string method)
    {
        using NetNs net = new();
        Surroundings.All["docker"](net);
        string before = net.Rules();
        List<Subnet> subnets = Enumerable.Range(0, 3000).Select(i => Make.Subnet($"10.{i / 256}.{i % 256}.0/24")).ToList();
        for (int delay = 0; delay < 240; delay += 40)
        {
            using Helper helper = new(net, "--method", method);
            Assert.Equal(FirewallReplyKind.Ready, helper.Read().Kind);
            helper.Send(Request with { Subnets = subnets });
            Thread.Sleep(delay);
            helper.Signal("KILL");
            helper.Wait();
            Helper.Eventually(net.Rules, before);
        }
    }

    [NeedsRootFact]
    public void Guard_OutlivesWhatAnOrdinaryKillSends()
    {
        using NetNs net = new();
        string before = net.Rules();
        using Helper helper = new(net);
        helper.Start(Request);
        int guard = helper.Guards.Single();
        foreach (string signal in new[] { "TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "ALRM" })
        {
            Helper.Signal(guard, signal);
        }

        Thread.Sleep(100);
        Assert.True(Directory.Exists($"/proc/{guard}"));
        Assert.NotEqual(before, net.Rules());
        helper.Signal("KILL");
        helper.Wait();
        Assert.Equal(before, net.Rules());
    }

    [NeedsRootFact]
    public void Helper_OutlivesItsGuard()
    {
        using NetNs net = new();
        string before = net.Rules();
        using Helper helper = new(net);
        helper.Start(Request);
        Helper.Signal(helper.Guards.Single(), "KILL");
        Thread.Sleep(100);
        Assert.NotEqual(before, net.Rules());
        helper.Close();
        Assert.Equal(0, helper.Wait());
        Assert.Equal(before, net.Rules());
    }

    [NeedsRootTheory]
    [InlineData("nft")]
    [InlineData("nat")]
    public void KilledTogetherWithItsGuard_IsMendedByTheNextStart(string method)
    {
        using NetNs net = new();
        string before = net.Rules();
        using Talker listener = new(net, "alive", "127.0.0.1", 12298);
        using Helper alive = new(net, "--method", method);
        alive.Start(Request with { Listener4 = Make.Endpoint("127.0.0.1", 12298), Listener6 = null });
        string withAlive = net.Rules();
        using (Helper dead = new(net, "--method", method))
        {
            dead.Start(Request with { ServerTtl = 63, Listener4 = Make.Endpoint("0.0.0.0", 12300) });
            Helper.Signal(dead.Guards.Single(), "KILL");
            dead.Signal("KILL");
            dead.Wait();
        }

        Assert.Contains("sshuttle-12300", net.Rules());
        using (Helper next = new(net, "--method", method))
        {
            next.Start(Request with { Listener4 = Make.Endpoint("127.0.0.1", 12297), Listener6 = Make.Endpoint("::1", 12297) });
            Assert.DoesNotContain("sshuttle-12300", net.Rules());
            Assert.Contains("sshuttle-12298", net.Rules());
            next.Close();
            Assert.Equal(0, next.Wait());
            Assert.Equal(
                "fw: removing the IPv6 rules of an instance that was killed: sshuttle-12300\nfw: removing the IPv4 rules of an instance that was killed: sshuttle-12300\n",
                next.Errors);
        }

        Assert.Equal(withAlive, net.Rules());
        alive.Close();
        Assert.Equal(0, alive.Wait());
        Assert.Equal(before, net.Rules());
    }

    [NeedsRootFact]
    public void MethodThatDoesNotWork_IsPassedOverOrNamed()
    {
        using NetNs net = new();
        Break(net, "ip");
        Break(net, "ip6");
        using Helper auto = new(net);
        Assert.Equal(new FirewallReply(FirewallReplyKind.Ready, "nft"), auto.Read());
        auto.Close();
        Assert.Equal(0, auto.Wait());

        using Helper nat = new(net, "--method", "nat");
        FirewallReply reply = nat.Read();
        Assert.Equal(FirewallReplyKind.Failed, reply.Kind);
        Assert.StartsWith("the nat method does not work on this machine: cannot try iptables: iptables-restore", reply.Text);
        Assert.Equal(99, nat.Wait());
        Assert.Equal("", nat.Errors);
    }

    [NeedsRootFact]
    public void BrokenIpv6_IsSaidInOneLineAndIpv4GoesOn()
    {
        using NetNs net = new();
        Break(net, "ip6");
        string before = net.Rules();
        using (Helper both = new(net, "--method", "nat"))
        {
            both.Start(Request);
            Assert.Contains("-j sshuttle-12300", net.MustRun("iptables-save"));
            both.Close();
            Assert.Equal(0, both.Wait());
            Assert.StartsWith("fw: warning: IPv6 subnets are not captured: cannot try ip6tables: ip6tables-restore", both.Errors);
            Assert.Single(both.Errors.TrimEnd().Split('\n'));
        }

        using (Helper onlyV4 = new(net, "--method", "nat"))
        {
            onlyV4.Start(Request with { Subnets = Make.Subnets("0.0.0.0/0", "!::1") });
            onlyV4.Close();
            Assert.Equal(0, onlyV4.Wait());
            Assert.Equal("", onlyV4.Errors);
        }

        using (Helper onlyV6 = new(net, "--method", "nat"))
        {
            Assert.Equal(FirewallReplyKind.Ready, onlyV6.Read().Kind);
            onlyV6.Send(Request with { Subnets = Make.Subnets("::/0") });
            FirewallReply reply = onlyV6.Read();
            Assert.Equal(FirewallReplyKind.Failed, reply.Kind);
            Assert.StartsWith("IPv6 subnets cannot be captured on this machine: ", reply.Text);
            Assert.Equal(99, onlyV6.Wait());
        }

        Assert.Equal(before, net.Rules());
    }

    [NeedsRootFact]
    public void Steps_AreEchoedWithV()
    {
        using NetNs net = new();
        using Helper helper = new(net, "-v", "--method", "nft");
        helper.Start(Request);
        helper.Close();
        Assert.Equal(0, helper.Wait());
        Assert.Contains("fw: nft -f - <<'END'\n    add table ip6 sshuttle-12300\n", helper.Errors);
        Assert.DoesNotContain("?", helper.Errors);
    }

    /// <summary>Takes the name of iptables' table for something that it cannot use.</summary>
    private static void Break(NetNs net, string family) =>
        net.Feed($"table {family} nat {{\nchain OUTPUT {{\ntype filter hook output priority 0; policy accept;\n}}\n}}\n", "nft", "-f", "-");

    private static void End(Helper helper, string end)
    {
        if (end == "EOF")
        {
            helper.Close();
        }
        else if (end.EndsWith('\n'))
        {
            helper.Send(end);
        }
        else
        {
            helper.Signal(end);
        }
    }
}
