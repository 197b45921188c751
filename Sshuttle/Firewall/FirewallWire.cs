using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// What client and helper say to each other: ASCII lines, each ended by a newline.
/// <code>
/// helper  READY method  or  FAILED reason
/// client  SOCKET tcp|udp,address,port                        any number, each answered before anything else:
/// helper  SOCKET ok  or  SOCKET errno                        with ok comes a descriptor (SCM_RIGHTS)
/// client  LISTEN family,address,port                         at most one per family; family is 4 or 6
///         SUBNET family,width,exclude,address,first,last     in order; exclude is 0 or 1, 0,0 means all ports
///         EXEMPT address,port                                never captured
///         TTL number                                         only with a server on this machine
///         NS address,port                                    our port for port 53 of this nameserver
///         UDP on|reject                                      absent: datagrams are left alone
///         UDPLISTEN family,address,port                      at most one per family
///         OWNER uid,gid                                      numbers; - for no matter which
///         MARK number                                        decimal, not 0; absent: 1
///         GO
/// helper  STARTED  or  FAILED reason
/// client  REPLY address,port                                 any number; answered as SOCKET is
///         NS address,port ... GO                             these in place of the nameservers so far
/// helper                                                     answered as the first GO is
/// client  (end of file: undo)
/// </code>
/// A transparent UDP socket bound to a foreign address is what REPLY gives: answers to local programs leave from it.
/// The helper ends, and undoes, at anything else. <see cref="FirewallRequestParser"/> reads the client's part.
/// </summary>
public static class FirewallWire
{
    // Linux's MAX_ERRNO.
    private const int MaxErrno = 4095;

    /// <summary>The helper's greeting, newline included.</summary>
    public static byte[] Ready(string method) => Line($"READY {method}");

    /// <summary>The helper's word that the rules are in, newline included.</summary>
    public static byte[] Started() => Line("STARTED");

    /// <summary>The helper's word that they are not, newline included; the reason is cut to what a line may hold.</summary>
    public static byte[] Failed(string reason)
    {
        StringBuilder text = new("FAILED ");
        foreach (char c in reason)
        {
            if (text.Length < LineBuffer.MaxLine)
            {
                text.Append(c is >= ' ' and <= '~' ? c : '?');
            }
        }

        return Line(text.ToString());
    }

    /// <summary>Reads a line of the helper, without its newline.</summary>
    public static FirewallReply ParseReply(string line)
    {
        const string ready = "READY ";
        const string failed = "FAILED ";
        const string socket = "SOCKET ";
        if (line == "STARTED")
        {
            return new FirewallReply(FirewallReplyKind.Started, "");
        }

        if (line.StartsWith(failed, StringComparison.Ordinal))
        {
            return new FirewallReply(FirewallReplyKind.Failed, line[failed.Length..]);
        }

        if (line.StartsWith(socket, StringComparison.Ordinal) && (line == "SOCKET ok" || FirewallFields.TryNumber(line[socket.Length..], 1, MaxErrno, out _)))
        {
            return new FirewallReply(FirewallReplyKind.Socket, line == "SOCKET ok" ? "" : line[socket.Length..]);
        }

        return line.StartsWith(ready, StringComparison.Ordinal) && Methods.Named(line[ready.Length..]).Count == 1
            ? new FirewallReply(FirewallReplyKind.Ready, line[ready.Length..])
            : new FirewallReply(FirewallReplyKind.Foreign, line);
    }

    /// <summary>The client's whole part, GO included.</summary>
    public static byte[] Request(FirewallRequest request)
    {
        StringBuilder text = new();
        AppendListener(text, "LISTEN", request.Listener4);
        AppendListener(text, "LISTEN", request.Listener6);
        foreach (Subnet subnet in request.Subnets)
        {
            text.Append($"SUBNET {(int)subnet.Address.Family},{subnet.Width},{(subnet.Exclude ? 1 : 0)},{subnet.Address},{subnet.FirstPort},{subnet.LastPort}\n");
        }

        foreach (Endpoint exempt in request.Exempt)
        {
            text.Append($"EXEMPT {exempt.Address},{exempt.Port}\n");
        }

        if (request.ServerTtl is { } ttl)
        {
            text.Append($"TTL {ttl}\n");
        }

        AppendNameservers(text, request.Nameservers);
        if (request.Udp != UdpMode.Off)
        {
            text.Append(request.Udp == UdpMode.On ? "UDP on\n" : "UDP reject\n");
        }

        AppendListener(text, "UDPLISTEN", request.UdpListener4);
        AppendListener(text, "UDPLISTEN", request.UdpListener6);
        if (request.Uid is not null || request.Gid is not null)
        {
            text.Append("OWNER ").Append(Id(request.Uid)).Append(',').Append(Id(request.Gid)).Append('\n');
        }

        if (request.Mark != FirewallRequest.DefaultMark)
        {
            text.Append("MARK ").Append(RuleNumber.Text(request.Mark)).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.Append("GO\n").ToString());
    }

    /// <summary>The client's wish for a transparent socket, newline included.</summary>
    public static byte[] Socket(SocketOrder order) => Line((order.Udp ? "SOCKET udp," : "SOCKET tcp,") + Fields(order.Address));

    /// <summary>The client's wish for a socket that answers in the name of a foreign address, newline included.</summary>
    public static byte[] Reply(Endpoint from) => Line("REPLY " + Fields(from));

    /// <summary>The client's wish for other nameservers, GO included.</summary>
    public static byte[] Replacement(IReadOnlyList<DnsRedirect> nameservers)
    {
        StringBuilder text = new();
        AppendNameservers(text, nameservers);
        return Encoding.ASCII.GetBytes(text.Append("GO\n").ToString());
    }

    /// <summary>The helper's answer to a wish for a socket, newline included.</summary>
    /// <param name="errno">The system's error number; 0 where a descriptor comes along.</param>
    public static byte[] SocketAnswer(int errno) => Line("SOCKET " + (errno == 0 ? "ok" : RuleNumber.Text((uint)errno)));

    private static void AppendNameservers(StringBuilder text, IReadOnlyList<DnsRedirect> nameservers)
    {
        foreach (DnsRedirect dns in nameservers)
        {
            text.Append("NS ").Append(dns.ToString()).Append('\n');
        }
    }

    private static string Fields(Endpoint endpoint) => string.Concat(endpoint.Address.ToString(), ",", RuleNumber.Text(endpoint.Port));

    private static string Id(uint? id) => id is { } number ? RuleNumber.Text(number) : "-";

    private static void AppendListener(StringBuilder text, string word, Endpoint? listener)
    {
        if (listener is { } endpoint)
        {
            text.Append(word).Append(endpoint.Address.IsV4 ? " 4," : " 6,").Append(Fields(endpoint)).Append('\n');
        }
    }

    private static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\n");
}
