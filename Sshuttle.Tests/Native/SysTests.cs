using System;
using System.IO;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;
using Xunit;

namespace Sshuttle.Tests.Native;

public class SysTests
{
    [Fact]
    public void EmptyNonBlockingPipe_IsAgain_AndAClosedOneTheEnd()
    {
        Assert.True(Sys.Pipe(out int readEnd, out int writeEnd).Ok);
        Assert.True(Sys.SetNonBlocking(readEnd, true).Ok);
        Assert.True(Sys.Read(readEnd, new byte[1]).IsAgain);
        Sys.Close(writeEnd);
        Assert.Equal(SysResult.Of(0), Sys.Read(readEnd, new byte[1]));
        Assert.True(Sys.SetNonBlocking(readEnd, false).Ok);
        Sys.Close(readEnd);
    }

    [Fact]
    public void PipeWithoutAReader_IsAnError_NotASignal()
    {
        Assert.True(Sys.Pipe(out int readEnd, out int writeEnd).Ok);
        Sys.Close(readEnd);
        Assert.Equal(Errno.BrokenPipe, Sys.Write(writeEnd, "x"u8).Errno);
        Assert.False(Sys.WriteAll(writeEnd, "x"u8));
        Sys.Close(writeEnd);
    }

    [Fact]
    public void Failure_HasTheSystemsWords()
    {
        SysResult failed = Sys.Open("/no/such/file", LinuxAbi.O_RDONLY);
        Assert.Equal((Errno.NotFound, false), (failed.Errno, failed.Ok));
        Assert.Equal("No such file or directory", Os.ErrorText(failed));
    }

    [Fact]
    public void OpenedFile_IsCreatedAndReadBack()
    {
        string path = Path.GetTempFileName();
        SysResult file = Sys.Open(path, LinuxAbi.O_WRONLY | LinuxAbi.O_CREAT, 0b110_000_000);
        Assert.True(Sys.WriteAll(file.Value, "text"u8));
        Sys.Close(file.Value);
        Assert.Equal("text", File.ReadAllText(path));
        File.Delete(path);
    }

    [Fact]
    public void Links_AreRead()
    {
        Assert.Equal(Environment.ProcessPath, Sys.ReadLink("/proc/self/exe"));
        Assert.Null(Sys.ReadLink("/proc/none"));
        Assert.Null(Sys.ReadLink("/etc/passwd"));
    }

    [Fact]
    public void Wait_EndsWithNewsOrTheTimeout()
    {
        Assert.True(Sys.SocketPair(out int first, out int second).Ok);
        Assert.Equal(0, Sys.Wait(first, LinuxAbi.POLLIN, 1).Value);
        Assert.Equal(1, Sys.Wait(first, LinuxAbi.POLLOUT, -1).Value);
        Assert.True(Sys.Write(second, Encoding.ASCII.GetBytes("x")).Ok);
        Assert.Equal(1, Sys.Wait(first, LinuxAbi.POLLIN, -1).Value);
        Sys.Close(first);
        Sys.Close(second);
    }

    [Fact]
    public void DescriptorLimit_IsRaisedToTheHardOne()
    {
        ulong limit = Sys.RaiseDescriptorLimit();
        Assert.Equal(limit, Sys.RaiseDescriptorLimit());
        Assert.True(limit >= 1024);
    }
}
