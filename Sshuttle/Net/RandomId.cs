using System;
using Sshuttle.Native;

namespace Sshuttle.Net;

/// <summary>Numbers that nobody can guess, taken from the kernel many at a time.</summary>
public static class RandomId
{
    private static readonly byte[] Stock = new byte[256];
    private static int used = Stock.Length;

    /// <summary>The next number of 16 bits.</summary>
    public static ushort Next()
    {
        if (used == Stock.Length)
        {
            Sys.Random(Stock);
            used = 0;
        }

        used += sizeof(ushort);
        return BitConverter.ToUInt16(Stock, used - sizeof(ushort));
    }
}
