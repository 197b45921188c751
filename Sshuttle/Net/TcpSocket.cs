using System;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>What the tunnel does with TCP sockets, over raw descriptors; every result is a value.</summary>
public static class TcpSocket
{
    /// <summary>
    /// Opens a socket and begins to connect it. The value is the descriptor; the outcome comes with the first
    /// <see cref="Ready.Write"/> or <see cref="Ready.Error"/> and is read by <see cref="PendingError"/>.
    /// </summary>
    /// <param name="destination">Where to.</param>
    /// <param name="ttl">The IP TTL or hop limit to send with; 0 leaves the system's.</param>
    public static SysResult BeginConnect(Endpoint destination, byte ttl)
    {
        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        return BeginConnect(destination.Address.Family, address[..SocketAddress.Write(destination, address)], ttl);
    }

    /// <summary>The same to an address that may have a scope.</summary>
    public static SysResult BeginConnect(ScopedAddress destination, ushort port, byte ttl)
    {
        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        return BeginConnect(destination.Address.Family, address[..SocketAddress.Write(destination, port, address)], ttl);
    }

    private static SysResult BeginConnect(IpFamily family, ReadOnlySpan<byte> address, byte ttl)
    {
        SysResult socket = SocketCalls.Stream(SocketAddress.Family(family));
        if (!socket.Ok)
        {
            return socket;
        }

        SocketOption.SetTtl(socket.Value, family, ttl);
        SysResult result = SocketCalls.Connect(socket.Value, address);
        if (result.Ok || result.Errno == Errno.InProgress)
        {
            return socket;
        }

        Sys.Close(socket.Value);
        return result;
    }

    /// <summary>The socket's pending error, which asking clears: how a connect ended, or that the peer reset it.</summary>
    public static SysResult PendingError(int fd) => SocketCalls.PendingError(fd);

    /// <summary>Sends small writes at once: the application has already decided where its messages end.</summary>
    public static void SetNoDelay(int fd) =>
        _ = SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_TCP, LinuxAbi.TCP_NODELAY, 1);

    /// <summary>Sends a FIN once what was written has gone out.</summary>
    public static void ShutdownWrite(int fd) => SocketCalls.ShutdownWrite(fd);

    /// <summary>Makes the following close send an RST instead of a FIN.</summary>
    public static void ResetOnClose(int fd) => SocketCalls.ResetOnClose(fd);

    /// <summary>The socket's own address, or null.</summary>
    public static Endpoint? LocalEndpoint(int fd)
    {
        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        SysResult length = SocketCalls.LocalName(fd, address);
        return length.Ok && SocketAddress.TryRead(address[..length.Value], out Endpoint endpoint) ? endpoint : null;
    }

    /// <summary>The peer's address, or null where it has already gone.</summary>
    public static Endpoint? PeerEndpoint(int fd)
    {
        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        SysResult length = SocketCalls.PeerName(fd, address);
        return length.Ok && SocketAddress.TryRead(address[..length.Value], out Endpoint endpoint) ? endpoint : null;
    }
}
