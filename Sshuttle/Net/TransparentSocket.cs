using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>
/// Sockets with IP_TRANSPARENT, to which the firewall hands packets for foreign addresses as they are, and which may send
/// from foreign addresses. Only root may make them. All are non-blocking; the value is the descriptor.
/// </summary>
public static class TransparentSocket
{
    /// <summary>Listens for connections; an accepted socket's own address is where the connection was going.</summary>
    public static SysResult TcpListen(Endpoint address)
    {
        SysResult socket = Bind(SocketCalls.Stream(SocketAddress.Family(address.Address)), address, foreign: false);
        if (!socket.Ok)
        {
            return socket;
        }

        SysResult result = SocketCalls.Listen(socket.Value, Listener.Backlog);
        return result.Ok ? socket : Closed(socket, result);
    }

    /// <summary>Receives datagrams, each with the address that it was sent to as a control message.</summary>
    public static SysResult UdpListen(Endpoint address)
    {
        SysResult socket = Bind(SocketCalls.Datagram(SocketAddress.Family(address.Address)), address, foreign: false);
        if (!socket.Ok)
        {
            return socket;
        }

        SysResult result = address.Address.IsV4
            ? SocketCalls.SetOption(socket.Value, LinuxAbi.IPPROTO_IP, LinuxAbi.IP_RECVORIGDSTADDR, 1)
            : SocketCalls.SetOption(socket.Value, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_RECVORIGDSTADDR, 1);
        return result.Ok ? socket : Closed(socket, result);
    }

    /// <summary>Sends datagrams from an address that need not be this machine's.</summary>
    public static SysResult UdpReply(Endpoint from) => Bind(SocketCalls.Datagram(SocketAddress.Family(from.Address)), from, foreign: true);

    // Made transparent before it is bound, a socket may be bound to any address; after that, it must be one of our own.
    private static SysResult Bind(SysResult socket, Endpoint address, bool foreign)
    {
        if (!socket.Ok)
        {
            return socket;
        }

        int fd = socket.Value;
        Binding.Reuse(fd);
        SysResult result = foreign ? MakeTransparent(fd, address.Address.IsV4) : socket;
        if (result.Ok)
        {
            result = Binding.Bind(fd, address);
        }

        if (result.Ok && !foreign)
        {
            result = MakeTransparent(fd, address.Address.IsV4);
        }

        return result.Ok ? socket : Closed(socket, result);
    }

    private static SysResult MakeTransparent(int fd, bool isV4) => isV4
        ? SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IP, LinuxAbi.IP_TRANSPARENT, 1)
        : SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_TRANSPARENT, 1);

    private static SysResult Closed(SysResult socket, SysResult failure)
    {
        Sys.Close(socket.Value);
        return failure;
    }
}
