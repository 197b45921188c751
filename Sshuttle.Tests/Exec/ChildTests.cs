using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Exec;

public class ChildTests
{
    [Fact]
    public void Child_GetsTheDescriptorsItWasGiven_AndNoOther()
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        (int first, int second) = Descriptor.SocketPair();
        string socket = Self.ReadLink($"/proc/self/fd/{second}")!;
        string pipe = Self.ReadLink($"/proc/self/fd/{writeEnd}")!;
        Child child = Child.Start("/bin/sh", ["sh", "-c", "ls -l /proc/self/fd >&5"], ["PATH=/bin:/usr/bin"], [(writeEnd, 5)]);
        Descriptor.Close(writeEnd);
        string listing = ReadAll(readEnd);
        Assert.Equal(0, child.Wait());
        Assert.Contains($"5 -> {pipe}", listing, StringComparison.Ordinal);
        Assert.DoesNotContain($"{writeEnd} -> {pipe}", listing.Replace($"5 -> {pipe}", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain(socket, listing, StringComparison.Ordinal);
        Descriptor.Close(first);
        Descriptor.Close(second);
    }

    [Fact]
    public void Environment_IsWhatWasGiven()
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Child child = Child.Start("/usr/bin/env", ["env"], ["A=1", "B=two words"], [(writeEnd, 1)]);
        Descriptor.Close(writeEnd);
        Assert.Equal(0, child.Wait());
        Assert.Equal("A=1\nB=two words\n", ReadAll(readEnd));
    }

    [Fact]
    public void EnvironmentWith_ReplacesAndAdds()
    {
        List<string> environment = Child.EnvironmentWith(("PATH", "/none"), ("SSHUTTLE_TEST", "1"));
        Assert.Single(environment, entry => entry.StartsWith("PATH=", StringComparison.Ordinal));
        Assert.Contains("PATH=/none", environment);
        Assert.Contains("SSHUTTLE_TEST=1", environment);
        Assert.True(environment.Count > 2);
    }

    [Fact]
    public void Signals_EndIt()
    {
        Child first = Start("exec sleep 9");
        Assert.Null(first.TryWait());
        first.Terminate();
        Assert.Equal(128 + 15, first.Wait());
        first.Kill();
        Assert.Equal(128 + 15, first.TryWait());

        Child second = Start("trap '' TERM; sleep 9");
        second.Kill();
        Assert.Equal(128 + 9, second.Wait());
    }

    [Fact]
    public void ExitStatus_IsKept()
    {
        Child child = Start("exit 42");
        Assert.Equal(42, child.Wait());
        Assert.Equal(42, child.TryWait());
    }

    [Fact]
    public void NewSession_IsAway()
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Child child = Child.Start("/bin/sh", ["sh", "-c", "cut -d' ' -f1,6 </proc/$$/stat"], ["PATH=/bin:/usr/bin"], [(writeEnd, 1)], newSession: true);
        Descriptor.Close(writeEnd);
        Assert.Equal(0, child.Wait());
        Assert.Equal($"{child.Pid} {child.Pid}\n", ReadAll(readEnd));
    }

    [Fact]
    public void MissingProgram_IsFatal() => Assert.Equal(
        "cannot start /no/program: No such file or directory",
        Assert.Throws<Fatal>(() => Child.Start("/no/program", ["program"], [], [])).Message);

    private static Child Start(string script) => Child.Start("/bin/sh", ["sh", "-c", script], ["PATH=/bin:/usr/bin"], []);

    private static string ReadAll(int fd)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        for (SysResult read = Descriptor.Read(fd, buffer); read is { Ok: true, Value: > 0 }; read = Descriptor.Read(fd, buffer))
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, read.Value));
        }

        Descriptor.Close(fd);
        return text.ToString();
    }
}
