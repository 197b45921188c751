using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>A destination that cannot be reached looks like one to the application, never like an empty success.</summary>
public sealed class RefusalTests(Lab lab) : IClassFixture<Lab>
{
    // curl: 7 "failed to connect", 56 "failure in receiving": a reset after the local accept.
    private static readonly int[] Failures = [7, 56];

    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void UnreachableDestination_LooksUnreachable(string method)
    {
        using Tunnel tunnel = Tunnel.Start(
            lab, "local", "--method", method, "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        foreach (string destination in (string[])[
            "198.51.100.2:81", "[2001:db8:2::2]:81", // refused
            "198.51.100.99", "[2001:db8:2::99]", // no route
            "198.51.100.77", "[2001:db8:2::77]", // nobody there
            "198.51.100.2:9999", "[2001:db8:2::2]:9999"]) // no answer
        {
            CommandResult result = lab.Client.Run($"curl -sS -g -m 40 http://{destination}/");
            Assert.True(
                Array.IndexOf(Failures, result.Status) >= 0,
                $"{destination}: curl ended with {result.Status}: {result.Output}{result.Error}");
        }

        Assert.StartsWith("Hello", lab.Client.Run("curl -sS http://target/").Succeeded(), StringComparison.Ordinal);
    }

    [RootFact]
    public void FarEndThatResets_LooksReset()
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", "server", "198.51.100.0/24");
        lab.Target.Run("nft add rule inet lab input tcp dport 80 tcp flags == psh\\|ack reject with tcp reset").Succeeded();
        try
        {
            Assert.Equal(56, lab.Client.Run("curl -sS -m 20 http://target/").Status);
        }
        finally
        {
            lab.Target.Run("nft flush chain inet lab input; nft add rule inet lab input tcp dport 9999 drop").Succeeded();
        }
    }

    [RootFact]
    public void ServerWithoutIpv6_KeepsTheTunnel()
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        lab.Server.Run("ip -6 addr flush dev eth1").Succeeded();
        try
        {
            Assert.Contains(lab.Client.Run("curl -sS -g -m 20 http://[2001:db8:2::2]/").Status, Failures);
            Assert.StartsWith("Hello", lab.Client.Run("curl -sS http://target/").Succeeded(), StringComparison.Ordinal);
        }
        finally
        {
            lab.Server.Run("ip addr add 2001:db8:2::1/64 dev eth1 nodad").Succeeded();
        }
    }

    [RootFact]
    public void ListenerCalledDirectly_IsClosedAtOnce()
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-l", "127.0.0.1:12345", "-r", "server", "0/0");
        CommandResult result = lab.Client.Run("curl -sS -m 10 http://127.0.0.1:12345/");

        // The reset may come before curl has looked at its connect (7), before it reads (56), or look like an end (52).
        Assert.Contains(result.Status, (int[])[7, 52, 56]);
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS http://target/").Succeeded(), StringComparison.Ordinal);
    }
}
