using System;
using System.IO;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>However it ends, and whichever single process is killed, the rules after are those before.</summary>
public sealed class CleanupTests(Lab lab) : IClassFixture<Lab>
{
    // By the file they run: the guard's name is "exe", and sudo's arguments hold those of the helper.
    private const string Ours = "for p in $(pgrep .); do case $(readlink /proc/$p/exe) in */sshuttle*) echo $p;; esac; done";
    private const string OursInRole = "for p in $(" + Ours + "); do if grep -qz -- '^{0}$' /proc/$p/cmdline; then echo $p; fi; done";
    private const string KillAll = "kill -KILL $(" + Ours + ")";

    public static TheoryData<string, string, bool> Ends()
    {
        TheoryData<string, string, bool> rows = [];
        foreach (string method in (string[])["nat", "nft"])
        {
            foreach (string end in (string[])["INT", "TERM", "HUP", "ssh", "server", "client", "helper", "guard"])
            {
                rows.Add(method, end, false);
                rows.Add(method, end, true);
            }
        }

        return rows;
    }

    [RootTheory]
    [MemberData(nameof(Ends))]
    public void Rules_AreAsBefore(string method, string end, bool othersRules)
    {
        if (othersRules)
        {
            lab.Client.Run($"iptables-restore {Folder("docker.iptables")} && nft -f {Folder("firewalld.nft")}").Succeeded();
        }

        string before = lab.Client.Rules();
        try
        {
            using (Tunnel tunnel = Tunnel.Start(
                lab, "local", "--method", method, "-r", "server", "198.51.100.0/24", "2001:db8:2::/64"))
            {
                Assert.NotEqual(before, lab.Client.Rules());
                Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);
                Bring(tunnel, end);
                Deadline.Until(() => lab.Client.Rules() == before, () => Difference(before, tunnel), 15);
            }

            Deadline.Until(() => lab.Client.Run(Ours).Succeeded().Length == 0, () => "a process is left");
            Assert.Equal(before, lab.Client.Rules());
        }
        finally
        {
            lab.Client.Run(KillAll + "; nft flush ruleset");
        }
    }

    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void KillingAllProcesses_IsMendedByTheNextStart(string method)
    {
        string before = lab.Client.Rules();
        try
        {
            using (Tunnel tunnel = Tunnel.Start(lab, "local", "--method", method, "-r", "server", "198.51.100.0/24"))
            {
                // In this order none sees the end of one that it stands in for.
                KillRole("--guard");
                KillRole("--firewall");
                tunnel.Process.Signal(Tunnel.Kill);
                tunnel.Process.WaitForExit();
            }

            Assert.NotEqual(before, lab.Client.Rules());
            using (Tunnel tunnel = Tunnel.Start(lab, "local", "--method", method, "-r", "server", "198.51.100.0/24"))
            {
                Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);
                tunnel.Stop();
            }

            Assert.Equal(before, lab.Client.Rules());
        }
        finally
        {
            lab.Client.Run(KillAll + "; nft flush ruleset");
        }
    }

    private static string Folder(string name) => Path.Combine(SourceTree.Root, "Sshuttle.Tests", "EndToEnd", name);

    private void Bring(Tunnel tunnel, string end)
    {
        switch (end)
        {
            case "ssh":
                lab.Client.Run("pkill -KILL -u local -x ssh").Succeeded();
                Assert.NotEqual(0, tunnel.Process.WaitForExit(20).Status);
                break;
            case "server":
                lab.Server.Run("pkill -KILL -u remote -f -- --server").Succeeded();
                Assert.NotEqual(0, tunnel.Process.WaitForExit(20).Status);
                break;
            case "client":
                tunnel.Process.Signal(Tunnel.Kill);
                break;
            case "helper":
                KillRole("--firewall");
                Assert.NotEqual(0, tunnel.Process.WaitForExit(20).Status);
                break;
            case "guard":
                KillRole("--guard");
                tunnel.Process.Signal(Tunnel.Interrupt);
                tunnel.Process.WaitForExit(20);
                break;
            default:
                tunnel.Process.Signal(end switch
                {
                    "INT" => Tunnel.Interrupt,
                    "TERM" => Tunnel.Terminate,
                    "HUP" => Tunnel.Hangup,
                    _ => throw new ArgumentOutOfRangeException(nameof(end)),
                });
                tunnel.Process.WaitForExit(20);
                break;
        }
    }

    private void KillRole(string role)
    {
        string pids = lab.Client.Run(OursInRole.Replace("{0}", role, StringComparison.Ordinal)).Succeeded();
        Assert.Matches(@"^\d+\n$", pids);
        lab.Client.Run($"kill -KILL {pids}").Succeeded();
    }

    private string Difference(string before, Tunnel tunnel) =>
        $"the rules did not go back\n--- before\n{before}\n--- now\n{lab.Client.Rules()}\n--- said\n{tunnel.Process.Error}";
}
