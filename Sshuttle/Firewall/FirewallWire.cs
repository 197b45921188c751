using System;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// What client and helper say to each other: ASCII lines, each ended by a newline.
/// <code>
/// helper  READY method  or  FAILED reason
/// client  LISTEN family,address,port                         at most one per family; family is 4 or 6
///         SUBNET family,width,exclude,address,first,last     in order; exclude is 0 or 1, 0,0 means all ports
///         EXEMPT address,port                                never captured
///         TTL number                                         only with a server on this machine
///         GO
/// helper  STARTED  or  FAILED reason
/// client  (end of file: undo)
/// </code>
/// The helper ends, and undoes, at anything else. <see cref="FirewallRequestParser"/> reads the client's part.
/// </summary>
public static class FirewallWire
{
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
        if (line == "STARTED")
        {
            return new FirewallReply(FirewallReplyKind.Started, "");
        }

        if (line.StartsWith(failed, StringComparison.Ordinal))
        {
            return new FirewallReply(FirewallReplyKind.Failed, line[failed.Length..]);
        }

        return line.StartsWith(ready, StringComparison.Ordinal) && Methods.Named(line[ready.Length..]).Count == 1
            ? new FirewallReply(FirewallReplyKind.Ready, line[ready.Length..])
            : new FirewallReply(FirewallReplyKind.Foreign, line);
    }

    /// <summary>The client's whole part, GO included.</summary>
    public static byte[] Request(FirewallRequest request)
    {
        StringBuilder text = new();
        AppendListener(text, request.Listener4);
        AppendListener(text, request.Listener6);
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

        return Encoding.ASCII.GetBytes(text.Append("GO\n").ToString());
    }

    private static void AppendListener(StringBuilder text, Endpoint? listener)
    {
        if (listener is { } endpoint)
        {
            text.Append($"LISTEN {(int)endpoint.Address.Family},{endpoint.Address},{endpoint.Port}\n");
        }
    }

    private static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\n");
}
