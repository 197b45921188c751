using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using Sshuttle.Base;

namespace Sshuttle.Bootstrap;

/// <summary>Reads Linux's /proc/net/tcp and tcp6, and who owns a socket in them.</summary>
public static class SocketTable
{
    private const string Established = "01";

    /// <summary>
    /// The peers of established connections whose socket's inode is among those given. A line is: slot, local address,
    /// remote address, state, queues, timers, retransmits, uid, timeout, inode; an address is 8 or 32 hexadecimal digits,
    /// each group of 8 a word in the machine's byte order, then a colon and the port.
    /// </summary>
    /// <param name="table">The text of the file.</param>
    /// <param name="inodes">Socket inodes.</param>
    public static List<Endpoint> Peers(string table, IReadOnlySet<ulong> inodes)
    {
        List<Endpoint> peers = [];
        foreach (string line in table.Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Established && ulong.TryParse(fields[9], out ulong inode) &&
                inodes.Contains(inode) && TryEndpoint(fields[2], out Endpoint peer))
            {
                peers.Add(peer);
            }
        }

        return peers;
    }

    /// <summary>The inode in the target of a /proc/PID/fd link such as <c>socket:[4711]</c>.</summary>
    public static bool TryInode(string link, out ulong inode)
    {
        const string prefix = "socket:[";
        inode = 0;
        return link.StartsWith(prefix, StringComparison.Ordinal) && link.EndsWith(']') &&
            ulong.TryParse(link.AsSpan(prefix.Length, link.Length - prefix.Length - 1), out inode);
    }

    /// <summary>The parent of a process from the text of its /proc/PID/stat, whose name in parentheses may hold anything.</summary>
    public static bool TryParent(string stat, out int parent)
    {
        parent = 0;
        string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], out parent);
    }

    private static bool TryEndpoint(string text, out Endpoint endpoint)
    {
        endpoint = default;
        int colon = text.IndexOf(':');
        if (colon is not (8 or 32) ||
            !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < colon / 8; i++)
        {
            if (!uint.TryParse(text.AsSpan(i * 8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint word))
            {
                return false;
            }

            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * 4)..], BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        endpoint = new Endpoint(IpAddress.FromBytes(bytes[..(colon / 2)]).Unmapped(), port);
        return true;
    }
}
