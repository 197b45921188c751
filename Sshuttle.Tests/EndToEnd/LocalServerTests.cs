using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Without -r the server runs on the same machine, whose own connections it then carries.</summary>
public sealed class LocalServerTests(Lab lab) : IClassFixture<Lab>
{
    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void LocalServer_CarriesTheMachinesOwnConnections(string method)
    {
        string before = lab.Client.Rules();
        using Tunnel tunnel = Tunnel.Start(lab, "local", "--method", method, "0/0", "::/0");
        for (int round = 0; round < 3; round++)
        {
            Assert.StartsWith("SSH-", lab.Client.Run("nc -N -w 5 server 22 </dev/null").Succeeded(), StringComparison.Ordinal);
            Assert.StartsWith("SSH-", lab.Client.Run("nc -N -w 5 server6 22 </dev/null").Succeeded(), StringComparison.Ordinal);
            Assert.Equal("server\n", lab.Client.RunAs("local", "ssh server hostname").Succeeded());
        }

        Assert.Contains(lab.Client.Run("curl -sS -m 20 http://192.0.2.2:81/").Status, (int[])[7, 56]);
        CommandResult result = tunnel.Stop();
        Assert.DoesNotContain("fatal", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, lab.Client.Rules());
    }
}
