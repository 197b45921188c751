using System;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>Hands descriptors from one process to another over a Unix socket.</summary>
public static class DescriptorPassing
{
    /// <summary>Whether a failed <see cref="Send"/> means that the descriptor is no socket, but a pipe or a terminal.</summary>
    public static bool IsNoSocket(SysResult failure) => failure.Errno == Errno.NotSocket;

    /// <summary>Sends all bytes and with the first of them a descriptor, which stays open here; waits where needed.</summary>
    public static SysResult Send(int fd, ReadOnlySpan<byte> bytes, int passedFd)
    {
        while (true)
        {
            SysResult sent = DescriptorCalls.Send(fd, bytes, passedFd);
            if (sent.IsAgain)
            {
                _ = Sys.Wait(fd, LinuxAbi.POLLOUT, -1);
                continue;
            }

            return !sent.Ok || Sys.WriteAll(fd, bytes[sent.Value..]) ? sent : Os.Failure(LinuxAbi.EPIPE);
        }
    }

    /// <summary>Reads as read(2) does, and takes the descriptor that came along, or -1; whoever asked owns it.</summary>
    public static SysResult Receive(int fd, Span<byte> buffer, out int passedFd) => DescriptorCalls.Receive(fd, buffer, out passedFd);
}
