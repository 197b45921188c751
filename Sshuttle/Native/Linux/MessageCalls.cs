using Sshuttle.Base;

namespace Sshuttle.Native.Linux;

/// <summary>sendmsg(2) and recvmsg(2), once more after a signal; the value is the number of bytes.</summary>
internal static unsafe class MessageCalls
{
    /// <summary>Sends a message; a peer that is gone is an error, not a signal.</summary>
    internal static SysResult Send(int fd, MsgHdr* message)
    {
        while (true)
        {
            SysResult result = Os.Result(Libc.sendmsg(fd, message, LinuxAbi.MSG_NOSIGNAL));
            if (result.Errno != Errno.Interrupted)
            {
                return result;
            }
        }
    }

    /// <summary>Receives a message, into which the kernel writes only where it succeeds.</summary>
    internal static SysResult Receive(int fd, MsgHdr* message, int flags)
    {
        while (true)
        {
            SysResult result = Os.Result(Libc.recvmsg(fd, message, flags));
            if (result.Errno != Errno.Interrupted)
            {
                return result;
            }
        }
    }
}
