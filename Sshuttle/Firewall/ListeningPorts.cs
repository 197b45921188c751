using System;
using System.Collections.Generic;
using System.Globalization;

namespace Sshuttle.Firewall;

/// <summary>Reads the kernel's list of TCP sockets, <c>/proc/net/tcp</c> or <c>tcp6</c>.</summary>
public static class ListeningPorts
{
    // TCP_LISTEN of Linux's net/tcp_states.h, as the list prints it.
    private const string Listen = "0A";

    /// <summary>Adds the ports of one list that somebody listens on.</summary>
    public static void Add(ISet<ushort> ports, string list)
    {
        foreach (string line in list.Split('\n'))
        {
            // sl: local_address:port remote_address:port state ..., all hexadecimal.
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 3
                && words[3] == Listen
                && ushort.TryParse(words[1].AsSpan(words[1].IndexOf(':') + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort port))
            {
                ports.Add(port);
            }
        }
    }
}
