using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>What is captured and what is left alone, as seen by an application.</summary>
public sealed class SelectionTests(Lab lab) : IClassFixture<Lab>
{
    // The target's services: web on port 80, and on 21 one that tells the caller's address.
    private const string Captured = "198.51.100.1\n";

    public static TheoryData<string, string, string, string> Cases()
    {
        TheoryData<string, string, string, string> rows = [];
        foreach (string method in (string[])["nat", "nft"])
        {
            rows.Add(method, "198.51.100.2:21", "target 21", "target 80");
            rows.Add(method, "198.51.100.2:20-22", "target 21", "target 19");
            rows.Add(method, "198.51.100.0/24:21 2001:db8:2::/64", "target 21", "target 80");
            rows.Add(method, "[2001:db8:2::/64]:21", "target6 21", "target6 80");
            rows.Add(method, "198.51.100.0/24 -x 198.51.100.2:80", "target 21", "target 80");
            rows.Add(method, "198.51.100.2 -x 198.51.100.0/24", "target 21", "target6 21");
            rows.Add(method, "0/0 ::/0 -x 2001:db8:2::2", "target 21", "target6 21");
            rows.Add(method, "198.51.100.0/24 2001:db8:2::/64 --disable-ipv6", "target 21", "target6 21");
            rows.Add(method, "both", "both 21", "server 81");
            rows.Add(method, "-s /run/in -X /run/out", "target 21", "target6 80");
            rows.Add(method, "198.51.100.0/24 -l 127.0.0.1:15000", "target 21", "target6 21");
        }

        return rows;
    }

    [RootTheory]
    [MemberData(nameof(Cases))]
    public void Arguments_SelectWhatIsCaptured(string method, string arguments, string captured, string left)
    {
        lab.Client.Run(
            "grep -q both /etc/hosts || printf '198.51.100.2 both\\n2001:db8:2::2 both\\n' >>/etc/hosts;"
            + "printf '# in\\n\\n  198.51.100.0/24\\n2001:db8:2::/64:20-90\\n' >/run/in; echo [2001:db8:2::2]:80 >/run/out").Succeeded();
        using Tunnel tunnel = Tunnel.Start(lab, "local", ["--method", method, "-r", "server", .. arguments.Split(' ')]);
        Assert.Matches("^(198.51.100.1|2001:db8:2::1)\n$", lab.Client.Run($"nc -N -w 10 {captured} </dev/null").Succeeded());
        Assert.NotEqual(0, lab.Client.Run($"nc -N -z -w 1 {left}").Status);
    }

    [RootFact]
    public void AbsentIpv6_DoesNotStopIpv4()
    {
        lab.Client.Run("sysctl -qw net.ipv6.conf.all.disable_ipv6=1").Succeeded();
        try
        {
            using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", "server", "198.51.100.0/24");
            Assert.Equal(Captured, lab.Client.Run("nc -N -w 10 target 21 </dev/null").Succeeded());
        }
        finally
        {
            lab.Client.Run(
                "sysctl -qw net.ipv6.conf.all.disable_ipv6=0; ip addr add 2001:db8:1::1/64 dev eth0 nodad; ip -6 route add default via 2001:db8:1::2").Succeeded();
        }
    }

    [RootFact]
    public void SecondStart_ListensOnTheSamePort()
    {
        for (int round = 0; round < 3; round++)
        {
            using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", "server", "198.51.100.0/24");
            Assert.Contains("127.0.0.1:12300", tunnel.Process.Error, StringComparison.Ordinal);

            // Closed by us first, so that it stays in TIME_WAIT on our port.
            Assert.Contains("ok 20 of 20", lab.Client.Run($"{lab.Directory}/peer.py source target 20 {round}").Succeeded(), StringComparison.Ordinal);
            tunnel.Stop();
        }
    }

    [RootFact]
    public void DryRun_NeedsNoRightsAndChangesNothing()
    {
        string before = lab.Client.Rules();
        string plan = lab.Client.RunAs("local", $"{lab.Sshuttle} --dry-run --method nft -r server 198.51.100.0/24").Succeeded();
        Assert.Contains("198.51.100.0/24", plan, StringComparison.Ordinal);
        Assert.Equal(before, lab.Client.Rules());
    }
}
