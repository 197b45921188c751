using System;
using System.Collections.Generic;
using System.Text;

namespace Sshuttle.Dns;

/// <summary>Domains, and which names are in one of them: itself, or anything below it, whole labels counting.</summary>
public sealed class DomainSet
{
    private readonly List<byte[]> domains = [];

    /// <summary>A set of domains.</summary>
    /// <param name="names">
    /// Labels of 1 to 63 ASCII characters joined by dots, 253 characters at most, or nothing for the root.
    /// </param>
    public DomainSet(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            domains.Add(ToWire(name));
        }
    }

    /// <summary>Whether there is no domain.</summary>
    public bool IsEmpty => domains.Count == 0;

    /// <summary>Whether a name, as it stands in a message and without pointers, is in one of them.</summary>
    public bool Contains(ReadOnlySpan<byte> name)
    {
        while (true)
        {
            foreach (byte[] domain in domains)
            {
                if (EqualNames(name, domain))
                {
                    return true;
                }
            }

            if (name[0] == 0)
            {
                return false;
            }

            name = name[(name[0] + 1)..];
        }
    }

    /// <summary>Whether two names on the wire are the same, which capitals do not change. Lengths are below any letter.</summary>
    internal static bool EqualNames(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        for (int i = 0; i < one.Length; i++)
        {
            if (Lower(one[i]) != Lower(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static byte Lower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? (byte)(letter | 0x20) : letter;

    private static byte[] ToWire(string name)
    {
        if (name.Length == 0)
        {
            return [0];
        }

        byte[] wire = new byte[name.Length + 2];
        int used = 0;
        foreach (string label in name.Split('.'))
        {
            wire[used++] = (byte)label.Length;
            used += Encoding.ASCII.GetBytes(label, wire.AsSpan(used));
        }

        return wire;
    }
}
