using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Whatever is captured, the tunnel never captures its own transport, nor connections older than itself.</summary>
public sealed class CaptureAllTests(Lab lab) : IClassFixture<Lab>
{
    private const string Everything = "0/0 ::/0";
    private const string ServersOwn = "192.0.2.0/24 2001:db8:1::/64 198.51.100.0/24 2001:db8:2::/64";

    public static TheoryData<string, string, string, bool> Cases()
    {
        TheoryData<string, string, string, bool> rows = [];
        foreach (string method in (string[])["nat", "nft"])
        {
            foreach (string remote in (string[])["server", "server6"])
            {
                foreach (string subnets in (string[])[Everything, ServersOwn])
                {
                    rows.Add(method, remote, subnets, false);
                    rows.Add(method, remote, subnets, true);
                }
            }
        }

        return rows;
    }

    [RootTheory]
    [MemberData(nameof(Cases))]
    public void Tunnel_StaysUp(string method, string remote, string subnets, bool tracked)
    {
        if (tracked)
        {
            lab.Client.Run("nft 'table inet tracking { chain output { type filter hook output priority 0; ct state new counter; }; }'").Succeeded();
        }

        try
        {
            using LabProcess older = lab.Client.StartAs("local", "ssh", "server", "cat");
            older.Type("before\n");
            older.WaitForText("before");

            using Tunnel tunnel = Tunnel.Start(lab, "local", ["--method", method, "-r", remote, .. subnets.Split(' ')]);
            for (int round = 0; round < 2; round++)
            {
                Assert.Contains("ok 1 of 1", lab.Client.Run($"{lab.Directory}/peer.py receive target 3000000 1").Succeeded(), StringComparison.Ordinal);
                Assert.Contains("ok 1 of 1", lab.Client.Run($"{lab.Directory}/peer.py send target6 3000000 1").Succeeded(), StringComparison.Ordinal);
                Assert.Equal("server\n", lab.Client.RunAs("local", "ssh server hostname").Succeeded());
                Assert.Equal("server\n", lab.Client.RunAs("local", "ssh server6 hostname").Succeeded());
            }

            older.Type("after\n");
            older.WaitForText("after");
            Assert.False(tunnel.Process.Ended);
        }
        finally
        {
            lab.Client.Run("nft delete table inet tracking");
        }
    }
}
