using System;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>UDP sockets over raw descriptors.</summary>
public static class UdpSocket
{
    /// <summary>
    /// Whether a socket can be bound to the address: it is one of this machine's, or of no single machine (any, broadcast,
    /// multicast).
    /// </summary>
    public static bool CanBind(IpAddress address)
    {
        SysResult socket = SocketCalls.Datagram(SocketAddress.Family(address));
        if (!socket.Ok)
        {
            return false;
        }

        SysResult result = Binding.Bind(socket.Value, new Endpoint(address, 0));
        Sys.Close(socket.Value);
        return result.Ok;
    }

    /// <summary>
    /// A non-blocking socket connected to one peer, from a port that the kernel chooses at random; answers from anyone else
    /// never arrive. The value is the descriptor.
    /// </summary>
    /// <param name="peer">The peer's address.</param>
    /// <param name="port">The peer's port.</param>
    /// <param name="ttl">The IP TTL or hop limit to send with; 0 leaves the system's.</param>
    public static SysResult Connect(ScopedAddress peer, ushort port, byte ttl = 0)
    {
        SysResult socket = SocketCalls.Datagram(SocketAddress.Family(peer.Address));
        if (!socket.Ok)
        {
            return socket;
        }

        SocketOption.SetTtl(socket.Value, peer.Address.Family, ttl);
        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        int length = SocketAddress.Write(peer, port, address);
        SysResult result = SocketCalls.Connect(socket.Value, address[..length]);
        if (result.Ok)
        {
            return socket;
        }

        Sys.Close(socket.Value);
        return result;
    }

    /// <summary>
    /// A non-blocking socket bound to an address, whose datagrams <see cref="DatagramPeer"/> receives; with an address that
    /// stands for all of the machine's it learns which of them each came to. The value is the descriptor.
    /// </summary>
    public static SysResult Bind(Endpoint address)
    {
        SysResult socket = SocketCalls.Datagram(SocketAddress.Family(address.Address));
        if (!socket.Ok)
        {
            return socket;
        }

        int fd = socket.Value;
        if (address.Address.IsAny)
        {
            _ = address.Address.IsV4
                ? SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IP, LinuxAbi.IP_PKTINFO, 1)
                : SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_RECVPKTINFO, 1);
        }

        SysResult result = Binding.Bind(fd, address);
        if (result.Ok)
        {
            return socket;
        }

        Sys.Close(fd);
        return result;
    }
}
