using System;
using Sshuttle.Bootstrap;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public class RemoteExitTests
{
    private readonly RemoteExit exit = new("me@host:2222", "ssh -p 2222 me@host");

    [Theory]
    [InlineData(255, false, "", "ssh could not connect to me@host:2222: see its message above, and try: ssh -p 2222 me@host")]
    [InlineData(255, true, "", "the connection to me@host:2222 broke before the server started, or the server was killed there; try again, and by hand: ssh -p 2222 me@host")]
    [InlineData(127, false, "sh: not found", "me@host:2222 found no shell or program to run (it said: sh: not found): the account needs a POSIX sh in its PATH")]
    [InlineData(126, true, "", "me@host:2222 refused to execute the server: is its home mounted noexec?")]
    [InlineData(1, false, "This account is not available", "me@host:2222 ended the session before the server started (it said: This account is not available): does the account allow running commands (no ForceCommand, no restricted shell)? Try: ssh -p 2222 me@host true")]
    [InlineData(137, false, "", "the ssh command for me@host:2222 was ended by signal 9 before the server started")]
    [InlineData(5, false, "", "the ssh command for me@host:2222 exited with 5 before the server started; try: ssh -p 2222 me@host")]
    [InlineData(null, false, "", "the ssh command for me@host:2222 closed its output before the server started; try: ssh -p 2222 me@host")]
    public void Status_IsExplained(int? status, bool connected, string noise, string expected) =>
        Assert.Equal(expected, exit.BeforeStart(status, connected, noise));

    [Fact]
    public void LocalServer_NeedsNoSsh() => Assert.DoesNotContain(
        "ssh", new RemoteExit("this machine", null).BeforeStart(255, false, "").Replace("sshuttle", ""), StringComparison.Ordinal);

    [Theory]
    [InlineData("no-binary", "me@host:2222 is Linux/mips, and there is no server binary for it")]
    [InlineData("no-directory", "me@host:2222 has no directory that is writable and may execute programs")]
    [InlineData("incomplete", "the server binary did not arrive whole at me@host:2222")]
    [InlineData("cannot-run", "me@host:2222 (Linux/mips) cannot execute the server binary")]
    [InlineData("no-sha256", "me@host:2222 has none of sha256sum")]
    [InlineData("news", "me@host:2222 cannot run the server: news")]
    public void Reason_IsExplained(string reason, string start)
    {
        string text = exit.Refused(reason, "Linux/mips");
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
        Assert.True(reason == "news" || RemoteScript.Text.Contains(reason, StringComparison.Ordinal));
    }
}
