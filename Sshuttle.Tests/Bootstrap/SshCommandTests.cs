using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Cli;
using Sshuttle.Exec;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public class SshCommandTests
{
    [Theory]
    [InlineData("host", true, "ssh host -- CMD")]
    [InlineData("host", false, "ssh host CMD")]
    [InlineData("me@Alias", true, "ssh me@Alias -- CMD")]
    [InlineData("me@host:2222", true, "ssh -p 2222 me@host -- CMD")]
    [InlineData("me@corp.example@host", true, "ssh me@corp.example@host -- CMD")]
    [InlineData("2001:db8::1", true, "ssh 2001:db8::1 -- CMD")]
    [InlineData("me@[2001:db8::1]:22", true, "ssh -p 22 me@2001:db8::1 -- CMD")]
    [InlineData("me@[fe80::1%eth0]:22", true, "ssh -p 22 me@fe80::1%eth0 -- CMD")]
    [InlineData("me:secret@host:22", true, "sshpass -e ssh -p 22 me@host -- CMD")]
    [InlineData("me:secret@host", false, "sshpass -e ssh me@host CMD")]
    public void Arguments_OfATarget(string target, bool delimiter, string expected) =>
        Assert.Equal(expected.Split(' '), SshCommand.Arguments(["ssh"], RemoteTarget.Parse(target), delimiter, "CMD"));

    [Fact]
    public void UsersCommand_KeepsItsWords() => Assert.Equal(
        ["dbclient", "-i", "my key", "-p", "22", "host", "--", "CMD"],
        SshCommand.Arguments(["dbclient", "-i", "my key"], RemoteTarget.Parse("host:22"), true, "CMD"));

    [Fact]
    public void Login_IsWhatAPersonWouldType() => Assert.Equal(
        "ssh -F 'my config' -p 22 me@host",
        ShellQuote.Line(SshCommand.Login(["ssh", "-F", "my config"], RemoteTarget.Parse("me:secret@host:22"))));

    [Fact]
    public void RemoteCommand_IsTheScriptInQuotes() => Assert.Equal(
        $"exec sh -c '{RemoteScript.Text}' sshuttle 'Linux/x86_64=aa Darwin/arm64=bb' --server -vv",
        SshCommand.RemoteCommand([new("Linux/x86_64", "/a", "aa"), new("Darwin/arm64", "/b", "bb")], ["--server", "-vv"]));

    [Theory]
    [InlineData("dash")]
    [InlineData("bash")]
    [InlineData("busybox sh")]
    [InlineData("tcsh")]
    [InlineData("fish")]
    public void RemoteCommand_MeansTheSameInEveryLoginShell(string shell)
    {
        string command = SshCommand.RemoteCommand([new("Plan9/mips", "/a", new string('a', 64))], ["--server"]);
        using RemoteAccount account = new();
        CommandRunner.Result? result = CommandRunner.Run(
            [.. shell.Split(' '), "-c", command], environment: ["PATH=/usr/bin:/bin", "HOME=" + account.Home]);
        Assert.NotNull(result);
        Assert.Equal((RemoteScript.FailStatus, ""), (result.Value.Status, result.Value.Error));
        Assert.EndsWith(" no-binary\n", result.Value.Output, System.StringComparison.Ordinal);
    }
}
