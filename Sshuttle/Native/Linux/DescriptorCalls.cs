using System;
using Sshuttle.Base;

namespace Sshuttle.Native.Linux;

/// <summary>sendmsg(2) and recvmsg(2) with one descriptor in a control message (SCM_RIGHTS, unix(7)).</summary>
public static unsafe class DescriptorCalls
{
    // struct cmsghdr: the length (a word), level and type (ints); the data follows at the next word.
    private static readonly int HeaderSize = sizeof(nuint) + sizeof(int) + sizeof(int);

    private static int ControlSize => HeaderSize + sizeof(nuint);

    /// <summary>Sends bytes and with the first of them a descriptor; the value is how many bytes went.</summary>
    public static SysResult Send(int fd, ReadOnlySpan<byte> data, int passed)
    {
        byte* control = stackalloc byte[HeaderSize + sizeof(nuint)];
        *(nuint*)control = (nuint)(HeaderSize + sizeof(int));
        *(int*)(control + sizeof(nuint)) = LinuxAbi.SOL_SOCKET;
        *(int*)(control + sizeof(nuint) + sizeof(int)) = LinuxAbi.SCM_RIGHTS;
        *(int*)(control + HeaderSize) = passed;
        fixed (byte* pointer = data)
        {
            IoVec vector = new() { Data = pointer, Length = (nuint)data.Length };
            MsgHdr message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)ControlSize };
            return MessageCalls.Send(fd, &message);
        }
    }

    /// <summary>
    /// Receives bytes, and the descriptor that came with them, close-on-exec, or -1. One call never takes bytes from two
    /// sendings with descriptors. The value is the number of bytes; 0 is the end.
    /// </summary>
    public static SysResult Receive(int fd, Span<byte> buffer, out int passed)
    {
        passed = -1;
        byte* control = stackalloc byte[HeaderSize + sizeof(nuint)];
        fixed (byte* pointer = buffer)
        {
            IoVec vector = new() { Data = pointer, Length = (nuint)buffer.Length };
            MsgHdr message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)ControlSize };
            SysResult result = MessageCalls.Receive(fd, &message, LinuxAbi.MSG_CMSG_CLOEXEC);
            if (result.Ok
                && message.ControlLength >= (nuint)(HeaderSize + sizeof(int))
                && *(int*)(control + sizeof(nuint)) == LinuxAbi.SOL_SOCKET
                && *(int*)(control + sizeof(nuint) + sizeof(int)) == LinuxAbi.SCM_RIGHTS)
            {
                passed = *(int*)(control + HeaderSize);
            }

            return result;
        }
    }
}
