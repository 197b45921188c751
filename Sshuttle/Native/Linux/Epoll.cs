using System.Runtime.InteropServices;

namespace Sshuttle.Native.Linux;

/// <summary>epoll(7), and the layout of its event: packed (12 bytes) on x86-64, aligned (16 bytes) elsewhere.</summary>
internal static unsafe partial class Epoll
{
    /// <summary>Size of one struct epoll_event in bytes.</summary>
    internal static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Offset of its 8-byte data field.</summary>
    internal static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    [LibraryImport("libc")]
    internal static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    internal static partial int epoll_ctl(int epfd, int op, int fd, byte* ev);

    [LibraryImport("libc")]
    internal static partial int epoll_wait(int epfd, byte* events, int maxEvents, int timeoutMilliseconds);
}
