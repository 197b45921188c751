using System;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What a method can do beside capturing IPv4 connections, and what a command line asks for.</summary>
[Flags]
public enum Features
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>IPv6 as well.</summary>
    Ipv6 = 1,

    /// <summary>Datagrams, be it to capture or to reject them.</summary>
    Udp = 2,

    /// <summary>Queries to nameservers.</summary>
    Dns = 4,

    /// <summary>Only the traffic of one user.</summary>
    User = 8,

    /// <summary>Only the traffic of one group.</summary>
    Group = 16,

    /// <summary>All of them.</summary>
    All = Ipv6 | Udp | Dns | User | Group,
}

/// <summary>Holds what is wanted against what can be had.</summary>
public static class FeatureCheck
{
    /// <summary>Does nothing where all that is wanted can be had.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="can">What it can do.</param>
    /// <param name="wanted">What the command line asks for.</param>
    /// <exception cref="Fatal">It cannot; one line names everything.</exception>
    public static void Require(string method, Features can, Features wanted)
    {
        Features missing = wanted & ~can;
        if (missing == Features.None)
        {
            return;
        }

        StringBuilder text = new();
        Append(Features.Ipv6, "capture IPv6 (--disable-ipv6 leaves it out)");
        Append(Features.Udp, "capture or reject UDP (--udp)");
        Append(Features.Dns, "capture DNS (--dns)");
        Append(Features.User, "tell users apart (--user)");
        Append(Features.Group, "tell groups apart (--group)");
        throw new Fatal($"the {method} method cannot {text}; choose another one with --method");

        void Append(Features feature, string words)
        {
            if ((missing & feature) != 0)
            {
                text.Append(text.Length > 0 ? ", nor " : "").Append(words);
            }
        }
    }
}
