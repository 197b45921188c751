using Sshuttle.Base;

namespace Sshuttle.Native.Linux;

/// <summary>Numbers of the Linux ABI that are the same on x86-64 and arm64 (asm-generic), from the kernel's uapi headers.</summary>
public static class LinuxAbi
{
#pragma warning disable CS1591 // Names of the C headers, spelt as there.
    public const int AF_UNIX = 1;
    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int SOCK_STREAM = 1;
    public const int SOCK_DGRAM = 2;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_ERROR = 4;
    public const int SO_LINGER = 13;
    public const int SO_DOMAIN = 39;
    public const int IPPROTO_IP = 0;
    public const int IPPROTO_TCP = 6;
    public const int IPPROTO_IPV6 = 41;
    public const int IP_TTL = 2;
    public const int IP_PKTINFO = 8;
    public const int IP_TRANSPARENT = 19;
    public const int IP_RECVORIGDSTADDR = 20;
    public const int IPV6_UNICAST_HOPS = 16;
    public const int IPV6_V6ONLY = 26;
    public const int IPV6_RECVPKTINFO = 49;
    public const int IPV6_RECVORIGDSTADDR = 74;
    public const int IPV6_TRANSPARENT = 75;
    public const int TCP_NODELAY = 1;
    public const int SO_ORIGINAL_DST = 80;
    public const int SHUT_WR = 1;
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int F_GETFL = 3;
    public const int F_SETFL = 4;
    public const int F_SETFD = 2;
    public const int FD_CLOEXEC = 1;
    public const int F_SETPIPE_SZ = 1031;
    public const int WNOHANG = 1;
    public const int RLIMIT_NOFILE = 7;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_CMSG_CLOEXEC = 0x40000000;
    public const int SCM_RIGHTS = 1;
    public const int EPIPE = 32;
    public const short POLLIN = 1;
    public const short POLLOUT = 4;
    public const short POLLERR = 8;
    public const short POLLHUP = 16;
    public const short POSIX_SPAWN_SETPGROUP = 0x02;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04;
    public const short POSIX_SPAWN_SETSIGMASK = 0x08;
    public const short POSIX_SPAWN_SETSID = 0x80;
    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGQUIT = 3;
    public const int SIGKILL = 9;
    public const int SIGUSR1 = 10;
    public const int SIGUSR2 = 12;
    public const int SIGPIPE = 13;
    public const int SIGALRM = 14;
    public const int SIGTERM = 15;
    public const uint EPOLLIN = 0x1;
    public const uint EPOLLOUT = 0x4;
    public const uint EPOLLERR = 0x8;
    public const uint EPOLLHUP = 0x10;
    public const uint EPOLLRDHUP = 0x2000;
    public const uint EPOLLET = 0x80000000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_DEL = 2;
    public const int EPOLL_CLOEXEC = 0x80000;
    public const int IN_NONBLOCK = 0x800;
    public const int IN_CLOEXEC = 0x80000;
    public const uint IN_CLOSE_WRITE = 0x8;
    public const uint IN_MOVED_FROM = 0x40;
    public const uint IN_MOVED_TO = 0x80;
    public const uint IN_CREATE = 0x100;
    public const uint IN_DELETE = 0x200;
    public const uint IN_ONLYDIR = 0x1000000;
#pragma warning restore CS1591

    /// <summary>Maps a raw errno (asm-generic) to the neutral enum.</summary>
    public static Errno ToErrno(int raw) => raw switch
    {
        0 => Errno.None,
        1 or 13 => Errno.Prohibited,
        2 => Errno.NotFound,
        4 => Errno.Interrupted,
        10 => Errno.NoChild,
        11 => Errno.Again,
        12 or 105 => Errno.NoMemory,
        22 => Errno.Invalid,
        23 or 24 => Errno.TooManyFiles,
        32 => Errno.BrokenPipe,
        88 => Errno.NotSocket,
        97 => Errno.FamilyNotSupported,
        98 => Errno.AddressInUse,
        99 => Errno.AddressNotAvailable,
        100 or 101 => Errno.NetUnreachable,
        103 => Errno.ConnectionAborted,
        104 => Errno.ConnectionReset,
        107 => Errno.NotConnected,
        110 => Errno.TimedOut,
        111 => Errno.ConnectionRefused,
        112 or 113 => Errno.HostUnreachable,
        115 => Errno.InProgress,
        _ => Errno.Other,
    };
}
