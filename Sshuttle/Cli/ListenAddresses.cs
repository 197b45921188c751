using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>Where the client listens: at most one endpoint of each family. A family without one is not captured.</summary>
/// <param name="V4">The IPv4 endpoint; port 0 where a free one shall be searched.</param>
/// <param name="V6">The IPv6 endpoint, likewise.</param>
public readonly record struct ListenAddresses(Endpoint? V4, Endpoint? V6)
{
    /// <summary>
    /// Chooses from all items of <c>-l</c>: the last one of each family counts. Without items the loopback address
    /// of each family is used.
    /// </summary>
    /// <param name="items">The items in the order of the command line, names looked up.</param>
    /// <param name="ipv6Disabled">Whether IPv6 is off.</param>
    /// <exception cref="Fatal">An IPv6 item, and IPv6 is off (usage error).</exception>
    public static ListenAddresses Choose(IReadOnlyList<Endpoint> items, bool ipv6Disabled)
    {
        if (items.Count == 0)
        {
            Endpoint v4 = new(IpAddress.Loopback(IpFamily.V4), 0);
            Endpoint v6 = new(IpAddress.Loopback(IpFamily.V6), 0);
            return new ListenAddresses(v4, ipv6Disabled ? null : v6);
        }

        ListenAddresses chosen = default;
        foreach (Endpoint item in items)
        {
            if (item.Address.IsV4)
            {
                chosen = chosen with { V4 = item };
            }
            else if (ipv6Disabled)
            {
                throw new Fatal($"-l {item} is an IPv6 address, but --disable-ipv6 is given", Fatal.UsageCode);
            }
            else
            {
                chosen = chosen with { V6 = item };
            }
        }

        return chosen;
    }
}
