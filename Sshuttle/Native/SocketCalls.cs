using System;
using Sshuttle.Base;
using Sshuttle.Native.Linux;

namespace Sshuttle.Native;

/// <summary>Socket calls with spans in and results out; sockets are made non-blocking and close-on-exec.</summary>
public static unsafe class SocketCalls
{
    private const int NewSocketFlags = LinuxAbi.SOCK_NONBLOCK | LinuxAbi.SOCK_CLOEXEC;

    /// <summary>A stream socket of the given family number; the value is its descriptor.</summary>
    public static SysResult Stream(int family) =>
        Os.Result(Libc.socket(family, LinuxAbi.SOCK_STREAM | NewSocketFlags, 0));

    /// <summary>A datagram socket of the given family number; the value is its descriptor.</summary>
    public static SysResult Datagram(int family) =>
        Os.Result(Libc.socket(family, LinuxAbi.SOCK_DGRAM | NewSocketFlags, 0));

    /// <summary>bind(2) to a sockaddr.</summary>
    public static SysResult Bind(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            return Os.Result(Libc.bind(fd, pointer, (uint)address.Length));
        }
    }

    /// <summary>listen(2); the kernel cuts the backlog to net.core.somaxconn.</summary>
    public static SysResult Listen(int fd, int backlog) => Os.Result(Libc.listen(fd, backlog));

    /// <summary>accept4(2) without the peer's address; the value is the new descriptor.</summary>
    public static SysResult Accept(int fd)
    {
        while (true)
        {
            SysResult result = Os.Result(Libc.accept4(fd, null, null, NewSocketFlags));
            if (result.Errno != Errno.Interrupted)
            {
                return result;
            }
        }
    }

    /// <summary>connect(2) to a sockaddr; a non-blocking socket answers <see cref="Errno.InProgress"/>.</summary>
    public static SysResult Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* pointer = address)
        {
            return Os.Result(Libc.connect(fd, pointer, (uint)address.Length));
        }
    }

    /// <summary>Sends a FIN once what was written has gone out.</summary>
    public static void ShutdownWrite(int fd) => _ = Libc.shutdown(fd, LinuxAbi.SHUT_WR);

    /// <summary>The socket's own sockaddr; the value is its length.</summary>
    public static SysResult LocalName(int fd, Span<byte> address)
    {
        uint length = (uint)address.Length;
        fixed (byte* pointer = address)
        {
            SysResult result = Os.Result(Libc.getsockname(fd, pointer, &length));
            return result.Ok ? SysResult.Of((int)length) : result;
        }
    }

    /// <summary>The peer's sockaddr; the value is its length.</summary>
    public static SysResult PeerName(int fd, Span<byte> address)
    {
        uint length = (uint)address.Length;
        fixed (byte* pointer = address)
        {
            SysResult result = Os.Result(Libc.getpeername(fd, pointer, &length));
            return result.Ok ? SysResult.Of((int)length) : result;
        }
    }

    /// <summary>getsockopt(2); the value is the length of the option.</summary>
    public static SysResult GetOption(int fd, int level, int name, Span<byte> value)
    {
        uint length = (uint)value.Length;
        fixed (byte* pointer = value)
        {
            SysResult result = Os.Result(Libc.getsockopt(fd, level, name, pointer, &length));
            return result.Ok ? SysResult.Of((int)length) : result;
        }
    }

    /// <summary>setsockopt(2) of an int option.</summary>
    public static SysResult SetOption(int fd, int level, int name, int value) =>
        Os.Result(Libc.setsockopt(fd, level, name, (byte*)&value, sizeof(int)));

    /// <summary>The pending error of a socket, such as the outcome of a connect, as a failed or successful result.</summary>
    public static SysResult PendingError(int fd)
    {
        int error = 0;
        uint length = sizeof(int);
        SysResult result = Os.Result(Libc.getsockopt(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_ERROR, (byte*)&error, &length));
        return !result.Ok || error == 0 ? result : Os.Failure(error);
    }

    /// <summary>Makes the following close send an RST instead of a FIN.</summary>
    public static void ResetOnClose(int fd)
    {
        long linger = BitConverter.IsLittleEndian ? 1 : 1L << 32;
        _ = Libc.setsockopt(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_LINGER, (byte*)&linger, sizeof(long));
    }

    /// <summary>send(2) of one datagram or of stream bytes.</summary>
    public static SysResult Send(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* pointer = data)
        {
            return Os.Result(Libc.send(fd, pointer, (nuint)data.Length, LinuxAbi.MSG_NOSIGNAL));
        }
    }

    /// <summary>recv(2).</summary>
    public static SysResult Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            return Os.Result(Libc.recv(fd, pointer, (nuint)buffer.Length, 0));
        }
    }
}
