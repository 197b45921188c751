using System;
using System.Threading.Tasks;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>How the server gets onto the remote host: once, checked, and by whatever login shell.</summary>
public sealed class BootstrapTests(Lab lab) : IClassFixture<Lab>
{
    [RootFact]
    public void FirstRun_UploadsAndSecondDoesNot()
    {
        lab.Server.Run("rm -rf /home/remote/.cache").Succeeded();
        RunOnce("remote@server");
        string first = Cache();
        Assert.Matches(@"^700 /home/remote/\.cache/sshuttle\n700 \d+ \S+/[0-9a-f]{64}\n$", first);
        RunOnce("remote@server");
        Assert.Equal(first, Cache());
    }

    [RootTheory]
    [InlineData("truncate -s 100000")]
    [InlineData("truncate -s 0")]
    [InlineData("printf X | dd bs=1 seek=50000 conv=notrunc status=none of=")]
    [InlineData("chmod 644")]
    public void SpoiltCache_IsReplaced(string damage)
    {
        lab.Server.Run("rm -rf /home/remote/.cache").Succeeded();
        RunOnce("remote@server");
        string join = damage.EndsWith('=') ? "" : " ";
        lab.Server.Run($"cd /home/remote/.cache/sshuttle && {damage}{join}\"$(ls)\"").Succeeded();
        RunOnce("remote@server");
        string file = lab.Server.Run("ls -A /home/remote/.cache/sshuttle/*").Succeeded();
        Assert.Equal($"{lab.Server.Run($"sha256sum <{lab.Sshuttle}").Succeeded().Split(' ')[0]}\n", file[(file.LastIndexOf('/') + 1)..]);
        lab.Server.Run($"cmp {lab.Sshuttle} {file}").Succeeded();
        Assert.Matches("^700 ", lab.Server.Run($"stat -c '%a ' {file}").Succeeded());
    }

    [RootFact]
    public void TwoUploadsAtOnce_BothWork()
    {
        lab.Server.Run("rm -rf /home/remote/.cache").Succeeded();
        Task<Tunnel> other = Task.Run(() => Tunnel.Start(lab, "local", "-r", "server", "2001:db8:2::/64"));
        using Tunnel tunnel = Tunnel.Start(lab, "root", "-r", "server", "198.51.100.0/24");
        using Tunnel second = other.GetAwaiter().GetResult();
        Deadline.Until(() => lab.Client.Run("curl -s -m 5 http://target/ && curl -s -g -m 5 http://[2001:db8:2::2]/").Status == 0, () => "no fetch");
        Assert.Equal("1\n", lab.Server.Run("ls -A /home/remote/.cache/sshuttle | wc -l").Succeeded());
    }

    [RootTheory]
    [InlineData("remote-tcsh@server")]
    [InlineData("remote-fish@server")]
    [InlineData("remote@server:2222")]
    [InlineData("remote@[2001:db8:1::2]")]
    [InlineData("remote@[2001:db8:1::2]:2222")]
    [InlineData("remote@2001:db8:1::2")]
    public void Remote_IsReached(string remote) => RunOnce(remote);

    [RootTheory]
    [InlineData("chmod 500 /home/remote")]
    [InlineData("echo 'echo noise on login; seq 5000' >/home/remote/.profile; cp /home/remote/.profile /home/remote/.bashrc")]
    [InlineData("mount -t tmpfs -o noexec,mode=777 noexec /home/remote/.cache")]
    public void OddHome_Works(string oddity)
    {
        lab.Server.Run("rm -rf /home/remote/.cache; install -d -o remote /home/remote/.cache").Succeeded();
        lab.Server.Run(oddity).Succeeded();
        try
        {
            RunOnce("remote@server");
        }
        finally
        {
            lab.Server.Run("umount /home/remote/.cache; chmod 700 /home/remote; rm -f /home/remote/.profile /home/remote/.bashrc");
        }
    }

    [RootFact]
    public void SshCommand_IsUsedWithItsArguments()
    {
        using Tunnel tunnel = Tunnel.Start(
            lab, "local", "-e", "ssh -p 2222 -o 'ServerAliveInterval 7'", "-r", "remote@server", "198.51.100.0/24");
        Assert.Contains("-o ServerAliveInterval 7", lab.Client.Run("pgrep -a -x ssh").Succeeded(), StringComparison.Ordinal);
        AssertFetches();
    }

    [RootTheory]
    [InlineData("nobody@server")]
    [InlineData("remote@server:2223")]
    [InlineData("remote@nosuchhost")]
    public void FailedLogin_EndsWithOneClearLineAndNoRules(string remote)
    {
        string before = lab.Client.Rules();
        CommandResult result = lab.Client.RunAs("local", $"{lab.Sshuttle} -r {remote} 198.51.100.0/24");
        Assert.Equal(99, result.Status);
        Assert.Contains("fatal: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, lab.Client.Rules());
    }

    private void RunOnce(string remote)
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", remote, "198.51.100.0/24");
        AssertFetches();
        tunnel.Stop();
    }

    private void AssertFetches() =>
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);

    private string Cache() =>
        lab.Server.Run("cd /home/remote/.cache; stat -c '%a %n' $PWD/sshuttle; stat -c '%a %i %n' $PWD/sshuttle/*").Succeeded();
}
