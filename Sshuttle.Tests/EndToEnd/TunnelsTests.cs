using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Several ssh links for one tunnel.</summary>
public sealed class TunnelsTests(Lab lab) : IClassFixture<Lab>
{
    [RootFact]
    public void BrokenLink_CutsOnlyItsOwnConnections()
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "--tunnels", "3", "-r", "server", "198.51.100.0/24");
        Assert.Equal("3\n", lab.Client.Run("pgrep -c -u local -x ssh").Output);
        Assert.Equal("3\n", lab.Server.Run("pgrep -c -u remote -f -- --server").Output);
        Fetch();
        lab.Client.Run("pkill -n -u local -x ssh").Succeeded();
        tunnel.Process.WaitForText("2 of 3 links go on");
        Fetch();
        lab.Client.Run("pkill -n -u local -x ssh").Succeeded();
        tunnel.Process.WaitForText("1 of 3 links go on");
        Fetch();
        lab.Client.Run("pkill -n -u local -x ssh").Succeeded();
        CommandResult end = tunnel.Process.WaitForExit(30);
        Assert.Equal(99, end.Status);
        Assert.Contains("exited with returncode", end.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void LinksThatAreRefused_CostOneLine()
    {
        // Only the further links are told not to ask for a password.
        lab.Client.Run(
            "mkdir -p /run/wrap; printf '#!/bin/sh\\ncase \"$*\" in *BatchMode=yes*) echo refused >&2; exit 255;; esac\\nexec /usr/bin/ssh \"$@\"\\n' >/run/wrap/ssh; chmod -R 755 /run/wrap").Succeeded();
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-e", "/run/wrap/ssh", "--tunnels", "4", "-r", "server", "198.51.100.0/24");
        Fetch();
        CommandResult end = tunnel.Stop();
        Assert.Single(end.Error.Split('\n'), static line => line.Contains("1 of 4 ssh links are open", StringComparison.Ordinal));
    }

    // More connections at once than there are links, so that each link has some.
    private void Fetch() =>
        lab.Client.Run(
            "for i in 1 2 3 4 5 6 7 8; do curl -fsS -m 20 -o /dev/null http://target/ & pids=\"$pids $!\"; done; for p in $pids; do wait $p || exit 1; done").Succeeded();
}
