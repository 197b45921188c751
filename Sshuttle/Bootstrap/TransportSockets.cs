using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Sshuttle.Base;
using Sshuttle.Exec;

namespace Sshuttle.Bootstrap;

/// <summary>
/// Finds which connections carry the tunnel: the TCP sockets of the ssh process and of everything it started, which sees
/// through ProxyCommand, ProxyJump and wrappers.
/// </summary>
public static class TransportSockets
{
    /// <summary>The peers of those sockets; loopback ones are left out, since they are never captured by accident.</summary>
    /// <param name="pid">The process that was started as ssh.</param>
    public static List<Endpoint> Peers(int pid)
    {
        HashSet<ulong> inodes = [];
        foreach (int member in Family(pid))
        {
            AddSockets(member, inodes);
        }

        List<Endpoint> peers = [];
        foreach (string table in (ReadOnlySpan<string>)["/proc/self/net/tcp", "/proc/self/net/tcp6"])
        {
            foreach (Endpoint peer in SocketTable.Peers(TextFile.ReadOrEmpty(table), inodes))
            {
                if (!peer.Address.IsLoopback && !peers.Contains(peer))
                {
                    peers.Add(peer);
                }
            }
        }

        return peers;
    }

    private static List<int> Family(int root)
    {
        List<(int Pid, int Parent)> all = [];
        foreach (string folder in Entries("/proc", folders: true))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) &&
                SocketTable.TryParent(TextFile.ReadOrEmpty(folder + "/stat"), out int parent))
            {
                all.Add((pid, parent));
            }
        }

        List<int> family = [root];
        for (int i = 0; i < family.Count; i++)
        {
            foreach ((int pid, int parent) in all)
            {
                if (parent == family[i] && !family.Contains(pid))
                {
                    family.Add(pid);
                }
            }
        }

        return family;
    }

    private static void AddSockets(int pid, HashSet<ulong> inodes)
    {
        foreach (string fd in Entries($"/proc/{pid}/fd", folders: false))
        {
            if (Self.ReadLink(fd) is string link && SocketTable.TryInode(link, out ulong inode))
            {
                inodes.Add(inode);
            }
        }
    }

    // Processes come and go while we look, and some are not ours to look into.
    private static string[] Entries(string folder, bool folders)
    {
        try
        {
            return folders ? Directory.GetDirectories(folder) : Directory.GetFileSystemEntries(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
