using System;
using Sshuttle.Base;
using Sshuttle.Native;

namespace Sshuttle.Net;

/// <summary>UDP sockets over raw descriptors.</summary>
public static class UdpSocket
{
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
