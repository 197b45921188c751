using System;
using Sshuttle.Base;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Net;

public class DescriptorPassingTests
{
    [Fact]
    public void Descriptors_ArriveWithTheirBytes()
    {
        (int ours, int theirs) = Descriptor.SocketPair();
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Assert.True(Descriptor.WriteAll(ours, "first\n"u8));
        Assert.True(DescriptorPassing.Send(ours, "second\n"u8, writeEnd).Ok);
        Assert.True(DescriptorPassing.Send(ours, "third\n"u8, writeEnd).Ok);
        Assert.True(Descriptor.WriteAll(ours, "fourth\n"u8));

        byte[] buffer = new byte[100];
        int received = 0;
        int passed = 0;
        while (received < "first\nsecond\nthird\nfourth\n".Length)
        {
            SysResult result = DescriptorPassing.Receive(theirs, buffer, out int fd);
            Assert.True(result.Ok);
            received += result.Value;
            if (fd >= 0)
            {
                // Not both at once: a second descriptor in the same call would be lost.
                Assert.DoesNotContain("third", passed == 0 ? System.Text.Encoding.ASCII.GetString(buffer, 0, result.Value) : "", StringComparison.Ordinal);
                Assert.NotEqual(writeEnd, fd);
                Assert.True(Descriptor.WriteAll(fd, "x"u8));
                Descriptor.Close(fd);
                passed++;
            }
        }

        Assert.Equal(2, passed);
        Assert.Equal(2, Descriptor.Read(readEnd, buffer).Value);
        Array.ForEach((int[])[ours, theirs, readEnd, writeEnd], Descriptor.Close);
    }

    [Fact]
    public void Pipe_CannotCarryThem()
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Assert.True(DescriptorPassing.IsNoSocket(DescriptorPassing.Send(writeEnd, "x"u8, readEnd)));
        Descriptor.Close(readEnd);
        Assert.Equal(Errno.NotSocket, DescriptorPassing.Send(writeEnd, "x"u8, readEnd).Errno);
        Descriptor.Close(writeEnd);
    }
}
