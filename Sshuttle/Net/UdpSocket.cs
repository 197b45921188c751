using System;
using Sshuttle.Base;
using Sshuttle.Native;

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

        Span<byte> name = stackalloc byte[SocketAddress.MaxSize];
        SysResult result = SocketCalls.Bind(socket.Value, name[..SocketAddress.Write(new Endpoint(address, 0), name)]);
        Sys.Close(socket.Value);
        return result.Ok;
    }

    /// <summary>
    /// A non-blocking socket connected to one peer, from a port of the kernel's choice; answers from anyone else never
    /// arrive. The value is the descriptor.
    /// </summary>
    public static SysResult Connect(Endpoint peer)
    {
        SysResult socket = SocketCalls.Datagram(SocketAddress.Family(peer.Address));
        if (!socket.Ok)
        {
            return socket;
        }

        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        int length = SocketAddress.Write(peer, address);
        SysResult result = SocketCalls.Connect(socket.Value, address[..length]);
        if (result.Ok)
        {
            return socket;
        }

        Sys.Close(socket.Value);
        return result;
    }
}
