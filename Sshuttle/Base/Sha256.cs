using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Sshuttle.Base;

/// <summary>
/// SHA-256 (FIPS 180-4). Our own because the BCL's needs OpenSSL at run time, which a static binary does not have; it
/// names and checks server binaries, it protects no secret.
/// </summary>
public struct Sha256
{
    /// <summary>Length of a digest in hexadecimal.</summary>
    public const int HexLength = 64;

    private const int BlockSize = 64;

    private static readonly uint[] Constants = FractionalRoots(64, 3);
    private static readonly uint[] Initial = FractionalRoots(8, 2);

    private readonly uint[] state;
    private readonly byte[] pending;
    private int pendingLength;
    private long total;

    /// <summary>Starts an empty digest.</summary>
    public Sha256()
    {
        state = (uint[])Initial.Clone();
        pending = new byte[BlockSize];
    }

    /// <summary>The digest of one piece of data, as 64 lower-case hexadecimal digits.</summary>
    public static string Hex(ReadOnlySpan<byte> data)
    {
        Sha256 digest = new();
        digest.Add(data);
        return digest.FinishHex();
    }

    /// <summary>Adds data.</summary>
    public void Add(ReadOnlySpan<byte> data)
    {
        total += data.Length;
        if (pendingLength > 0)
        {
            int taken = Math.Min(BlockSize - pendingLength, data.Length);
            data[..taken].CopyTo(pending.AsSpan(pendingLength));
            pendingLength += taken;
            data = data[taken..];
            if (pendingLength < BlockSize)
            {
                return;
            }

            Compress(pending);
            pendingLength = 0;
        }

        while (data.Length >= BlockSize)
        {
            Compress(data);
            data = data[BlockSize..];
        }

        data.CopyTo(pending);
        pendingLength = data.Length;
    }

    /// <summary>Ends the digest and returns it as 64 lower-case hexadecimal digits.</summary>
    public string FinishHex()
    {
        Span<byte> tail = stackalloc byte[BlockSize * 2];
        tail.Clear();
        pending.AsSpan(0, pendingLength).CopyTo(tail);
        tail[pendingLength] = 0x80;
        int length = pendingLength < BlockSize - 8 ? BlockSize : BlockSize * 2;
        BinaryPrimitives.WriteInt64BigEndian(tail[(length - 8)..], total * 8);
        for (int i = 0; i < length; i += BlockSize)
        {
            Compress(tail[i..]);
        }

        Span<byte> digest = stackalloc byte[32];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * 4)..], state[i]);
        }

        return Convert.ToHexStringLower(digest);
    }

    private readonly void Compress(ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (int i = 0; i < 16; i++)
        {
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        }

        for (int i = 16; i < 64; i++)
        {
            uint s0 = BitOperations.RotateRight(w[i - 15], 7) ^ BitOperations.RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
            uint s1 = BitOperations.RotateRight(w[i - 2], 17) ^ BitOperations.RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }

        (uint a, uint b, uint c, uint d) = (state[0], state[1], state[2], state[3]);
        (uint e, uint f, uint g, uint h) = (state[4], state[5], state[6], state[7]);
        for (int i = 0; i < 64; i++)
        {
            uint s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint t1 = h + s1 + ((e & f) ^ (~e & g)) + Constants[i] + w[i];
            uint s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    // The standard's tables: the first 32 fraction bits of the square or cube roots of the first primes, found by
    // integer bisection so that no table of numbers has to be trusted.
    private static uint[] FractionalRoots(int count, int degree)
    {
        uint[] result = new uint[count];
        int found = 0;
        for (uint candidate = 2; found < count; candidate++)
        {
            if (!IsPrime(candidate))
            {
                continue;
            }

            UInt128 scaled = (UInt128)candidate << (32 * degree);
            UInt128 low = 0;
            UInt128 high = (UInt128)1 << 40;
            while (high - low > 1)
            {
                UInt128 middle = (low + high) / 2;
                UInt128 power = degree == 2 ? middle * middle : middle * middle * middle;
                (low, high) = power <= scaled ? (middle, high) : (low, middle);
            }

            result[found++] = (uint)low;
        }

        return result;
    }

    private static bool IsPrime(uint number)
    {
        for (uint divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
