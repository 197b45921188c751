using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// Reads those lines of <see cref="FirewallWire"/> by which the client asks for sockets, and for other nameservers once
/// the rules are in; every field is checked.
/// </summary>
public sealed class FirewallOrderParser
{
    private List<DnsRedirect> nameservers = [];

    /// <summary>Reads a line that asks for a transparent socket before the rules.</summary>
    public static bool TrySocket(string line, out SocketOrder order)
    {
        order = default;
        if (!FirewallFields.TrySplit(line, out string word, out string[] fields)
            || word != "SOCKET"
            || fields.Length != 3
            || fields[0] is not ("tcp" or "udp")
            || !FirewallFields.TryEndpoint(fields[1], fields[2], out Endpoint address))
        {
            return false;
        }

        order = new SocketOrder(fields[0] == "udp", address);
        return true;
    }

    /// <summary>Takes one line without its newline; false: it is not of the grammar, and nothing more may be fed.</summary>
    /// <param name="line">The line.</param>
    /// <param name="order">What is to be done now; null where more lines belong to it.</param>
    public bool TryFeed(string line, out FirewallOrder? order)
    {
        order = null;
        if (line == "GO" && nameservers.Count > 0)
        {
            order = new FirewallOrder(null, nameservers);
            nameservers = [];
            return true;
        }

        if (!FirewallFields.TrySplit(line, out string word, out string[] fields))
        {
            return false;
        }

        if (word == "NS" && nameservers.Count < FirewallRequestParser.MaxNameservers && FirewallFields.TryDns(fields, out DnsRedirect? dns))
        {
            nameservers.Add(dns);
            return true;
        }

        if (word == "REPLY" && nameservers.Count == 0 && fields.Length == 2 && FirewallFields.TryEndpoint(fields[0], fields[1], out Endpoint from))
        {
            order = new FirewallOrder(from, null);
            return true;
        }

        return false;
    }
}
