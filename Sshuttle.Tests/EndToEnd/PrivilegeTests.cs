using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>The helper is root by whichever way is open; client, ssh and server never are.</summary>
public sealed class PrivilegeTests(Lab lab) : IClassFixture<Lab>
{
    [RootTheory]
    [InlineData("root")]
    [InlineData("local")]
    [InlineData("doer")]
    public void User_GetsATunnel(string user)
    {
        string before = lab.Client.Rules();
        using Tunnel tunnel = Tunnel.Start(lab, user, "-r", "server", "198.51.100.0/24");
        AssertWorks(user);
        tunnel.Stop();
        Assert.Equal(before, lab.Client.Rules());
    }

    [RootFact]
    public void Password_IsAskedOnTheTerminal()
    {
        string before = lab.Client.Rules();
        string command = $"{lab.Sshuttle} -v -r server 198.51.100.0/24";
        using LabProcess terminal = lab.Client.StartAs("typist", "script", "-qec", command, "/dev/null");
        terminal.WaitForText("[local sudo] Password: ");
        terminal.Type("lab\n");
        Deadline.Until(
            () => terminal.Ended || lab.Client.Run("curl -s -m 1 http://target/").Status == 0,
            () => $"no tunnel: {terminal.Output}");
        AssertWorks("typist");
        terminal.Type("\x03");
        terminal.WaitForExit(20);
        Assert.Equal(before, lab.Client.Rules());
    }

    [RootFact]
    public void UserWithoutRights_IsToldSo()
    {
        lab.Client.Run("rm -f /etc/doas.conf && mv /etc/sudoers.d/lab /etc/sudoers.lab").Succeeded();
        try
        {
            CommandResult result = lab.Client.RunAs("local", $"{lab.Sshuttle} -r server 198.51.100.0/24");
            Assert.Equal(99, result.Status);
            Assert.Contains("fatal: ", result.Error, StringComparison.Ordinal);
        }
        finally
        {
            lab.Client.Run("mv /etc/sudoers.lab /etc/sudoers.d/lab; echo 'permit nopass doer' >/etc/doas.conf").Succeeded();
        }
    }

    private void AssertWorks(string user)
    {
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);
        string owners = lab.Client.Run("ps -eo user=,args= | grep -v grep | grep -E 'ssh(uttle)? .*(-r|sh -c)'").Succeeded();
        foreach (string line in owners.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.StartsWith(user + " ", line, StringComparison.Ordinal);
        }

        Assert.Matches(@"(?m)^root .*sshuttle .*--firewall", lab.Client.Run("ps -eo user=,args=").Succeeded());
        Assert.Matches(@"(?m)^remote .* --server", lab.Server.Run("ps -eo user=,args=").Succeeded());
        Assert.DoesNotMatch(@"(?m)^root .* --server", lab.Server.Run("ps -eo user=,args=").Succeeded());
    }
}
