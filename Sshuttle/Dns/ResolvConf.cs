using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Dns;

/// <summary>The text of resolv.conf(5).</summary>
public static class ResolvConf
{
    /// <summary>The addresses of its nameserver lines, in order; those with a scope or out of form are left out.</summary>
    public static List<IpAddress> Nameservers(string text)
    {
        List<IpAddress> servers = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[0] == "nameserver" && IpAddress.TryParse(words[1], out IpAddress address))
            {
                servers.Add(address);
            }
        }

        return servers;
    }
}
