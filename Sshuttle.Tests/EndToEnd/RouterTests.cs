using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>The client as the router of a host behind it.</summary>
public sealed class RouterTests(RouterLab lab) : IClassFixture<RouterLab>
{
    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void ListeningForOthers_CarriesThem(string method)
    {
        string before = lab.Client.Rules();
        using Tunnel tunnel = Tunnel.Start(
            lab, "local", "--method", method, "-l", "0.0.0.0:0,[::]:0", "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        foreach (LabHost host in (LabHost[])[lab["lan"], lab.Client])
        {
            Assert.StartsWith("Hello", host.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);
            Assert.StartsWith("Hello", host.Run("curl -sS -g -m 20 http://[2001:db8:2::2]/").Succeeded(), StringComparison.Ordinal);
            Assert.Contains("ok 50 of 50", host.Run($"{lab.Directory}/peer.py echo target 50 1").Succeeded(), StringComparison.Ordinal);
        }

        tunnel.Stop();
        Assert.Equal(before, lab.Client.Rules());
    }

    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void DefaultListener_LeavesOthersAlone(string method)
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "--method", method, "-r", "server", "0/0", "::/0");
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);

        // Reached by routing, as ever; and not reached, as ever, where only the tunnel leads.
        Assert.StartsWith("SSH-", lab["lan"].Run("nc -N -w 5 server 22 </dev/null").Succeeded(), StringComparison.Ordinal);
        Assert.StartsWith("SSH-", lab["lan"].Run("nc -N -w 5 server6 22 </dev/null").Succeeded(), StringComparison.Ordinal);
        Assert.Equal(28, lab["lan"].Run("curl -sS -m 2 http://target/").Status);
        Assert.Equal(28, lab["lan"].Run("curl -sS -g -m 2 http://[2001:db8:2::2]/").Status);
    }
}
