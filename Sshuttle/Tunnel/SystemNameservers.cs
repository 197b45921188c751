using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Dns;

namespace Sshuttle.Tunnel;

/// <summary>The nameservers of this machine, as its files name them.</summary>
public static class SystemNameservers
{
    /// <summary>What programs read.</summary>
    public const string ResolvConfPath = "/etc/resolv.conf";

    /// <summary>Where systemd-resolved keeps its files.</summary>
    public const string ResolvedDirectory = "/run/systemd/resolve";

    /// <summary>The nameservers that systemd-resolved itself asks; what programs read names only its own addresses.</summary>
    public const string ResolvedPath = $"{ResolvedDirectory}/resolv.conf";

    /// <summary>Adds the nameservers of a file that are not yet in a list.</summary>
    public static void Add(List<ScopedAddress> servers, string text)
    {
        foreach (ScopedAddress server in ResolvConf.Nameservers(text))
        {
            if (!servers.Contains(server))
            {
                servers.Add(server);
            }
        }
    }

    /// <summary>
    /// Whether these are systemd-resolved's own addresses and nothing else, so that the file of those that it asks says more.
    /// </summary>
    public static bool IsStub(List<ScopedAddress> servers) =>
        servers.TrueForAll(static server => server.Address == Stub || server.Address == PlainStub);

    // systemd-resolved(8): the second only passes on what the nameservers answer.
    private static IpAddress Stub { get; } = IpAddress.FromV4(0x7f000035);

    private static IpAddress PlainStub { get; } = IpAddress.FromV4(0x7f000036);
}
