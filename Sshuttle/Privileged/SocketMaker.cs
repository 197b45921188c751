using Sshuttle.Base;
using Sshuttle.Dns;
using Sshuttle.Firewall;
using Sshuttle.Net;

namespace Sshuttle.Privileged;

/// <summary>Makes the sockets that only root can make, for a client that is not root and not trusted.</summary>
internal static class SocketMaker
{
    // Of Linux's errno.h.
    private const int EACCES = 13;

    // Linux's ip_unprivileged_port_start by default: below it, users cannot listen by themselves either.
    private const ushort FirstUserPort = 1024;

    /// <summary>A socket to which the rules lead.</summary>
    public static SysResult Open(SocketOrder order) => order.Address.Port < FirstUserPort
        ? ErrorText.Failure(EACCES)
        : order.Udp ? TransparentSocket.UdpListen(order.Address) : TransparentSocket.TcpListen(order.Address);

    /// <summary>A socket that answers in the name of an address whose datagrams are captured.</summary>
    public static SysResult Reply(FirewallRequest request, Endpoint from) => MayReply(request, from)
        ? TransparentSocket.UdpReply(from)
        : ErrorText.Failure(EACCES);

    /// <summary>Sends the client a socket, which is then closed here, or why there is none.</summary>
    /// <exception cref="Fatal">Sockets cannot be handed to this client.</exception>
    public static void Answer(SysResult socket)
    {
        if (!socket.Ok)
        {
            Descriptor.WriteAll(1, FirewallWire.SocketAnswer(socket.Raw));
            return;
        }

        SysResult sent = DescriptorPassing.Send(1, FirewallWire.SocketAnswer(0), socket.Value);
        Descriptor.Close(socket.Value);
        if (DescriptorPassing.IsNoSocket(sent))
        {
            throw new Fatal("transparent sockets cannot be handed over, since sudo stands in between to record what passes: switch log_input and log_output off for sshuttle in sudoers, or run sshuttle as root");
        }
    }

    private static bool MayReply(FirewallRequest request, Endpoint from)
    {
        foreach (DnsRedirect dns in request.NameserversOf(from.Address.Family))
        {
            if (dns.Nameserver == from.Address && from.Port == DnsMessage.Port)
            {
                return true;
            }
        }

        if (request.Udp != UdpMode.On)
        {
            return false;
        }

        // This machine's own addresses are captured only where one is included by itself.
        bool isOwn = UdpSocket.CanBind(from.Address);
        foreach (Subnet subnet in request.Subnets)
        {
            if (!subnet.Exclude && subnet.Contains(from.Address) && !(isOwn && FirewallRequest.SparesLocal(subnet)))
            {
                return true;
            }
        }

        return false;
    }
}
