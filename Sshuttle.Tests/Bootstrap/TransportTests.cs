using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

/// <summary>The client's side of a login, against shell scripts in ssh's place.</summary>
public sealed class TransportTests : IDisposable
{
    private readonly RemoteAccount account = new();

    public void Dispose() => account.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("echo Welcome; echo on stderr >&2; ")]
    [InlineData("printf 'no newline'; ")]
    [InlineData("printf '\\0\\0SSH\\0'; ")]
    [InlineData("head -c 100000 /dev/zero; printf '\\0\\0'; ")]
    [InlineData("head -c 3000 /dev/zero | tr '\\0' x; ")]
    public void ServerBehindLoginNoise_IsUploadedAndStarted(string noise)
    {
        string path = Path.Combine(account.Root, "server");
        RemoteAccount.WriteExecutable(path, account.Server);
        ServerImage image = new(account.Images.Split(' ')[1].Split('=')[0], path, account.Digest);
        string command = noise + SshCommand.RemoteCommand([image], ["--server"]);
        Transport transport = Start(command);
        Assert.True(transport.Connect([image], -1, -1));
        Assert.Equal("first --server\n", ReadRest(transport));
        Assert.Equal(7, transport.WaitForEnd());
        transport.Close();
        Assert.True(File.Exists(account.Cached));
    }

    [Theory]
    [InlineData("exit 255", "ssh could not connect to me@host: see its message above, and try: ssh me@host")]
    [InlineData("echo; echo Go away; exit 1", "me@host ended the session before the server started (it said: Go away): does the account allow running commands (no ForceCommand, no restricted shell)? Try: ssh me@host true")]
    [InlineData("kill -9 $$", "the ssh command for me@host was ended by signal 9 before the server started")]
    [InlineData("exec no-such-program 2>/dev/null", "me@host found no shell or program to run: the account needs a POSIX sh in its PATH")]
    [InlineData("echo SSHUTTLE-UPLOAD Plan9/mips 1; exec sleep 9", "me@host is Plan9/mips, and there is no server binary for it: build one with ./build.sh --rid RID and put it beside this one as sshuttle-RID")]
    [InlineData("echo SSHUTTLE-UPLOAD This/one 0; read -r line; exit 255", "the connection to me@host broke before the server started, or the server was killed there; try again, and by hand: ssh me@host")]
    [InlineData("exec >&- 9>&-; exec sleep 9", "the ssh command for me@host closed its output before the server started; try: ssh me@host")]
    [InlineData("sleep 9 & exit 3", "the ssh command for me@host exited with 3 before the server started; try: ssh me@host")]
    public void Failure_IsOneLine_AndNeverAHang(string script, string expected)
    {
        string path = Path.Combine(account.Root, "server");
        File.WriteAllBytes(path, account.Server);
        Transport transport = Start(script);
        Fatal fatal = Assert.Throws<Fatal>(() => transport.Connect([new ServerImage("This/one", path, "")], -1, -1));
        Assert.Equal((expected, Fatal.DefaultCode), (fatal.Message, fatal.ExitCode));
        transport.Close();
    }

    [Fact]
    public void SignalOrHelper_EndsTheWait()
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Assert.True(Descriptor.WriteAll(writeEnd, "x"u8));
        Transport transport = Start("exec sleep 9");
        Assert.False(transport.Connect([], readEnd, -1));
        Assert.False(transport.Connect([], -1, readEnd));
        transport.Close();
        Descriptor.Close(readEnd);
        Descriptor.Close(writeEnd);
    }

    [Fact]
    public void CommandThatIgnoresItsEnd_IsKilled()
    {
        Transport transport = Start("trap '' TERM; printf '\\0\\0SSHUTTLE0001'; while :; do sleep 9; done");
        Assert.True(transport.Connect([], -1, -1));
        transport.Close();
        Assert.Equal(128 + 9, transport.Child.Wait());
    }

    private Transport Start(string script)
    {
        List<string> environment = [];
        foreach ((string name, string value) in account.Environment)
        {
            environment.Add($"{name}={value}");
        }

        return Transport.Start("/bin/sh", ["ssh", "-c", script], environment, new RemoteExit("me@host", "ssh me@host"));
    }

    private static string ReadRest(Transport transport)
    {
        StringBuilder text = new(Encoding.UTF8.GetString(transport.Early.Span));
        byte[] buffer = new byte[4096];
        while (Descriptor.Wait([transport.ReadFd], -1, 10_000) != 0)
        {
            SysResult read = Descriptor.Read(transport.ReadFd, buffer);
            if (!read.Ok || read.Value == 0)
            {
                break;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, read.Value));
        }

        return text.ToString();
    }
}
