using System.Runtime.InteropServices;

namespace Sshuttle.Native;

/// <summary>struct pollfd of poll(2).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PollFd
{
    /// <summary>The descriptor; a negative one is skipped.</summary>
    public int Fd;

    /// <summary>What is waited for: POLLIN, POLLOUT.</summary>
    public short Events;

    /// <summary>What happened, also POLLERR and POLLHUP.</summary>
    public short Revents;
}
