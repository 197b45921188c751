using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Two tunnels beside each other, and one through a jump host.</summary>
public sealed class CrossroadsTests(CrossroadsLab lab) : IClassFixture<CrossroadsLab>
{
    [RootTheory]
    [InlineData("nat", true)]
    [InlineData("nat", false)]
    [InlineData("nft", true)]
    [InlineData("nft", false)]
    public void TwoTunnels_StartAndStopInAnyOrder(string method, bool firstStopsFirst)
    {
        string before = lab.Client.Rules();
        using Tunnel first = Tunnel.Start(
            lab, "local", "--method", method, "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        AssertGoesThrough("198.51.100.1");
        string alone = lab.Client.Rules();
        using Tunnel second = Tunnel.Start(
            lab, "local", "--method", method, "-r", "server2", "198.51.100.2", "198.51.100.0/28", "2001:db8:2::2");
        Assert.Matches("^198.51.100.[13]\n$", Caller());
        Assert.Contains("ok 50 of 50", lab.Client.Run($"{lab.Directory}/peer.py echo target6 50 1").Succeeded(), StringComparison.Ordinal);
        if (firstStopsFirst)
        {
            first.Stop();
            AssertGoesThrough("198.51.100.3");
            second.Stop();
        }
        else
        {
            second.Stop();
            Assert.Equal(alone, lab.Client.Rules());
            AssertGoesThrough("198.51.100.1");
            first.Stop();
        }

        Assert.Equal(before, lab.Client.Rules());
    }

    [RootTheory]
    [InlineData("jump", "server", "0/0 ::/0")]
    [InlineData("jump6", "server6", "0/0 ::/0")]
    [InlineData("jump", "server", "192.0.2.0/24 2001:db8:1::/64 198.51.100.0/24")]
    public void JumpHost_IsNotCaptured(string jump, string server, string subnets)
    {
        using Tunnel tunnel = Tunnel.Start(
            lab, "local", ["-e", $"ssh -J {jump}", "-r", server, .. subnets.Split(' ')]);
        AssertGoesThrough("198.51.100.1");
        Assert.Equal("server\n", lab.Client.RunAs("local", $"ssh -J {jump} {server} hostname").Succeeded());
        AssertGoesThrough("198.51.100.1");
    }

    [RootFact]
    public void JumpHostOfTheConfiguration_IsNotCaptured()
    {
        lab.Client.RunAs("local", "printf 'Host far\\nHostName server\\nProxyJump jump\\n' >~/.ssh/config").Succeeded();
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", "far", "0/0", "::/0");
        AssertGoesThrough("198.51.100.1");
    }

    private string Caller() => lab.Client.Run("nc -N -w 10 198.51.100.2 21 </dev/null").Succeeded();

    private void AssertGoesThrough(string server) => Assert.Equal(server + "\n", Caller());
}
