using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Dns;
using Sshuttle.Exec;
using Sshuttle.Net;
using Sshuttle.Tunnel;

namespace Sshuttle.Client;

/// <summary>
/// Looks up names for the command line, before anything runs. A static binary cannot load the system's name services, so
/// getent is asked, which knows them all; where it does not exist, /etc/hosts and the nameservers are.
/// </summary>
public static class Resolver
{
    private const int TimeoutMilliseconds = 2000;
    private const int Attempts = 2;

    /// <summary>All IPv4 and IPv6 addresses of a name, without repetition; empty where it has none.</summary>
    public static List<IpAddress> Lookup(string name)
    {
        List<IpAddress> addresses = [];
        if (CommandRunner.Run(["getent", "ahosts", name]) is CommandRunner.Result result)
        {
            AddColumn(addresses, result.Output, name: null);
            return addresses;
        }

        AddColumn(addresses, TextFile.ReadOrEmpty("/etc/hosts"), name);
        if (addresses.Count == 0)
        {
            AskNameservers(addresses, name);
        }

        return addresses;
    }

    /// <summary>
    /// Adds the address in the first column of each line; with a name only of those lines that also hold the name.
    /// </summary>
    internal static void AddColumn(List<IpAddress> addresses, string text, string? name)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && IpAddress.TryParse(words[0], out IpAddress address) && !addresses.Contains(address) &&
                (name is null || Array.Exists(words[1..], word => word.Equals(name, StringComparison.OrdinalIgnoreCase))))
            {
                addresses.Add(address);
            }
        }
    }

    private static void AskNameservers(List<IpAddress> addresses, string name)
    {
        List<ScopedAddress> servers = ResolvConf.Nameservers(TextFile.ReadOrEmpty(SystemNameservers.ResolvConfPath));
        if (servers.Count == 0)
        {
            servers.Add(new ScopedAddress(IpAddress.Loopback(IpFamily.V4), null));
        }

        foreach (ScopedAddress server in servers)
        {
            bool answered = Ask(addresses, server, name, IpFamily.V4) & Ask(addresses, server, name, IpFamily.V6);
            if (answered)
            {
                return;
            }
        }
    }

    private static bool Ask(List<IpAddress> addresses, ScopedAddress server, string name, IpFamily family)
    {
        SysResult socket = UdpSocket.Connect(server, DnsMessage.Port);
        if (!socket.Ok)
        {
            return false;
        }

        byte[] question = new byte[AddressQuery.MaxSize];
        ushort id = RandomId.Next();
        int length = AddressQuery.Write(question, id, name, family);
        byte[] answer = new byte[4096];
        bool answered = false;
        for (int attempt = 0; attempt < Attempts && !answered && length > 0; attempt++)
        {
            _ = Descriptor.Write(socket.Value, question.AsSpan(0, length));
            if (Descriptor.Wait([socket.Value], -1, TimeoutMilliseconds) != 0 &&
                Descriptor.Read(socket.Value, answer) is { Ok: true } read)
            {
                answered = AddressQuery.TryRead(question.AsSpan(0, length), answer.AsSpan(0, read.Value), addresses);
            }
        }

        Descriptor.Close(socket.Value);
        return answered;
    }
}
