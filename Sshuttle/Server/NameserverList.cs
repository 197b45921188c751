using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Dns;
using Sshuttle.Exec;
using Sshuttle.Tunnel;

namespace Sshuttle.Server;

/// <summary>The nameservers that this machine's files name, which may change at any time.</summary>
public sealed class NameserverList
{
    // Arbitrary; libc itself asks three.
    private const int MaxServers = 8;
    private const long RereadAfter = 1_000_000;

    private readonly bool isFixed;
    private readonly List<Nameserver> servers = [];
    private string text = "";
    private long readAt = long.MinValue / 2;

    /// <summary>The nameservers of the system, or the only one that the client wants asked.</summary>
    public NameserverList(Endpoint? only)
    {
        if (only is Endpoint server)
        {
            isFixed = true;
            servers.Add(new Nameserver(new ScopedAddress(server.Address, null), server.Port));
        }
    }

    /// <summary>All nameservers, at least one, in the order in which to ask them: those that were silent lately go last.</summary>
    public Nameserver[] InOrder(long now)
    {
        if (!isFixed && now - readAt >= RereadAfter)
        {
            readAt = now;
            Read();
        }

        List<Nameserver> order = servers.FindAll(server => !server.IsBad(now));
        order.AddRange(servers.FindAll(server => server.IsBad(now)));
        return [.. order];
    }

    private void Read()
    {
        List<ScopedAddress> addresses = [];
        string read = TextFile.ReadOrEmpty(SystemNameservers.ResolvConfPath);
        SystemNameservers.Add(addresses, read);
        if (SystemNameservers.IsStub(addresses))
        {
            string behind = TextFile.ReadOrEmpty(SystemNameservers.ResolvedPath);
            SystemNameservers.Add(addresses, behind);
            read += behind;
        }

        if (read == text && servers.Count > 0)
        {
            return;
        }

        text = read;
        if (addresses.Count == 0)
        {
            // As libc does.
            addresses.Add(new ScopedAddress(IpAddress.Loopback(IpFamily.V4), null));
        }

        List<Nameserver> known = [.. servers];
        servers.Clear();
        foreach (ScopedAddress address in addresses)
        {
            if (servers.Count < MaxServers)
            {
                servers.Add(known.Find(server => server.Address == address) ?? new Nameserver(address, DnsMessage.Port));
            }
        }

        Log.Info($"nameservers: {string.Join(", ", addresses)}");
    }
}
