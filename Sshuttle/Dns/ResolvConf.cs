using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Dns;

/// <summary>The text of resolv.conf(5).</summary>
public static class ResolvConf
{
    /// <summary>The addresses of its nameserver lines, in order and as often as they are there; what is out of form is left out.</summary>
    public static List<ScopedAddress> Nameservers(string text)
    {
        List<ScopedAddress> servers = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[0] == "nameserver" && ScopedAddress.TryParse(words[1], out ScopedAddress address))
            {
                servers.Add(address);
            }
        }

        return servers;
    }
}
