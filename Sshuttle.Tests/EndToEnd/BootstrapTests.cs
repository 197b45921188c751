using System;
using System.Linq;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>How the server gets onto the remote, with the real binary and real logins; and what is said where it does not.</summary>
public sealed class BootstrapTests : IClassFixture<Lab>
{
    private const string Uploading = "uploading the server";
    private const string Target = "198.51.100.0/24";
    private readonly Lab lab;

    public BootstrapTests(Lab lab)
    {
        this.lab = lab;
        if (RootTest.Obstacle is null)
        {
            lab.Server.Run("rm -rf /home/*/.cache /home/*/.tcshrc /home/*/.config /home/*/bin").Succeeded();
        }
    }

    [RootTheory]
    [InlineData("server", "remote")]
    [InlineData("server:2222", "remote")]
    [InlineData("remote-tcsh@server", "remote-tcsh")]
    [InlineData("remote-fish@server", "remote-fish")]
    [InlineData("remote@[2001:db8:1::2]:22", "remote")]
    public void FirstRun_UploadsOnce_SecondDoesNot(string remote, string user)
    {
        Assert.Equal(1, UploadsOf(remote));
        Assert.Equal(0, UploadsOf(remote));
        string file = Assert.Single(CacheOf(user));
        Assert.Equal("700\n", lab.Server.Run($"stat -c %a /home/{user}/.cache/sshuttle/{file}").Succeeded());
        Assert.StartsWith(file, lab.Client.Run($"sha256sum <{lab.Sshuttle}").Succeeded(), StringComparison.Ordinal);
    }

    [RootFact]
    public void SpoiltBinaryInTheCache_IsReplaced()
    {
        Assert.Equal(1, UploadsOf("server"));
        string file = "/home/remote/.cache/sshuttle/" + Assert.Single(CacheOf("remote"));
        foreach (string spoil in (string[])[
            $"truncate -s 1000000 {file}", $": >{file}", $"printf x | dd of={file} bs=1 seek=5000 conv=notrunc status=none", $"chmod 600 {file}"])
        {
            lab.Server.Run(spoil).Succeeded();
            Assert.Equal(1, UploadsOf("server"));
            Assert.Equal(0, UploadsOf("server"));
        }
    }

    [RootFact]
    public void TwoClientsAtOnce_BothWork()
    {
        using LabProcess first = Start("-r", "server", Target);
        using LabProcess second = Start("-r", "server", "2001:db8:2::/64");
        foreach (LabProcess process in (LabProcess[])[first, second])
        {
            process.WaitForText("firewall rules are active");
        }

        Assert.Contains("Hello", lab.Client.Run("curl -s http://target/").Succeeded(), StringComparison.Ordinal);
        Assert.Contains("Hello", lab.Client.Run("curl -s http://target6/").Succeeded(), StringComparison.Ordinal);
        Assert.Single(CacheOf("remote"));
        foreach (LabProcess process in (LabProcess[])[first, second])
        {
            process.Signal(Tunnel.Interrupt);
            process.WaitForExit(30);
        }
    }

    [RootFact]
    public void SameBinaryOnTheRemotesPath_IsRunWithoutAnUpload()
    {
        lab.Server.Run($"install -D -m 755 {lab.Sshuttle} /home/remote-tcsh/bin/sshuttle; echo 'set path = (~/bin $path)' >/home/remote-tcsh/.tcshrc").Succeeded();
        Assert.Equal(0, UploadsOf("remote-tcsh@server"));
        Assert.Empty(CacheOf("remote-tcsh"));
    }

    [RootFact]
    public void TalkativeLogins_AreNoHindrance()
    {
        lab.Server.Run("""
            printf 'echo Welcome\nprintf "no newline"\nhead -c 9 /dev/zero\nsh -c "echo trouble >&2"\n' >/home/remote-tcsh/.tcshrc
            install -D /dev/stdin /home/remote-fish/.config/fish/config.fish <<'END'
            echo Welcome; printf 'no newline\0\0SSH'
            END
            """).Succeeded();
        foreach (string remote in (string[])["remote-tcsh@server", "remote-fish@server"])
        {
            Assert.Equal(1, UploadsOf(remote));
            Assert.Equal(0, UploadsOf(remote));
        }
    }

    [RootFact]
    public void NoexecCache_IsPassedBy_AndNothingStays()
    {
        lab.Server.Run("mkdir -m 777 /home/remote/.cache && mount -t tmpfs -o noexec,mode=777 cache /home/remote/.cache").Succeeded();
        Assert.Equal(1, UploadsOf("server"));
        Assert.Equal(1, UploadsOf("server"));
        lab.Server.Run("umount /home/remote/.cache").Succeeded();
        Assert.Equal("", lab.Server.Run("find /tmp /var/tmp /dev/shm -maxdepth 1 -name 'sshuttle.*' -user remote").Succeeded());
    }

    [RootFact]
    public void OtherPlatform_IsRefusedInOneLine_AndABinaryForItIsUsed()
    {
        lab.Server.Run("""
            install -D -m 755 /dev/stdin /home/remote-tcsh/bin/uname <<'END'
            #!/bin/sh
            case $1 in -s) echo Linux;; *) echo aarch64;; esac
            END
            echo 'set path = (~/bin $path)' >/home/remote-tcsh/.tcshrc
            """).Succeeded();
        Fails("remote-tcsh@server is Linux/aarch64, and there is no server binary for it", "-r", "remote-tcsh@server", Target);
        lab.Client.Run($"cp {lab.Sshuttle} {lab.Sshuttle}-linux-arm64; printf x >>{lab.Sshuttle}-linux-arm64").Succeeded();
        Assert.Equal(1, UploadsOf("remote-tcsh@server"));
        lab.Client.Run($"rm {lab.Sshuttle}-linux-arm64").Succeeded();
    }

    [RootTheory]
    [InlineData("ssh could not connect to no-such-host: see its message above, and try: ssh no-such-host", "-r", "no-such-host")]
    [InlineData("ssh could not connect to server:1: see its message above, and try: ssh -p 1 server", "-r", "server:1")]
    [InlineData("ssh could not connect to nobody-here@server", "-r", "nobody-here@server")]
    [InlineData("server ended the session before the server started", "-r", "server", "-e", "false")]
    [InlineData("server ended the session before the server started (it said: go away)", "-r", "server", "-e", "sh -c 'echo go away; exit 1'")]
    [InlineData("cannot find the program no-such-ssh", "-r", "server", "-e", "no-such-ssh")]
    public void FailedLogin_IsOneLine_AndNeverAHang(string expected, params string[] words) => Fails(expected, [.. words, Target]);

    [RootFact]
    public void AccountWithoutCommands_IsSaid()
    {
        lab.Server.Run("usermod -s /usr/sbin/nologin remote-fish").Succeeded();
        Fails("remote-fish@server ended the session before the server started (it said: This account is currently not available.)", "-r", "remote-fish@server", Target);
        lab.Server.Run("usermod -s /usr/bin/fish remote-fish").Succeeded();
    }

    private void Fails(string expected, params string[] words)
    {
        string rules = lab.Client.Rules();
        using LabProcess process = Start(words);
        CommandResult result = process.WaitForExit(30);
        Assert.Equal(99, result.Status);
        string line = Assert.Single(result.Error.Split('\n'), text => text.Contains("fatal:", StringComparison.Ordinal));
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Equal(rules, lab.Client.Rules());
    }

    private LabProcess Start(params string[] words)
    {
        LabProcess process = lab.Client.StartAs("local", [lab.Sshuttle, "-v", .. words]);
        process.CloseInput();
        return process;
    }

    // Runs a tunnel, uses it, and tells how often it has sent the server.
    private int UploadsOf(string remote)
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", remote, Target);
        Assert.Contains("Hello", lab.Client.Run("curl -s http://target/").Succeeded(), StringComparison.Ordinal);
        CommandResult result = tunnel.Stop();
        return result.Error.Split('\n').Count(line => line.Contains(Uploading, StringComparison.Ordinal));
    }

    private string[] CacheOf(string user) =>
        lab.Server.Run($"ls -A /home/{user}/.cache/sshuttle 2>/dev/null || true").Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
