using System;

namespace Sshuttle.Protocol;

/// <summary>
/// What the server writes in front of its first frame, so that the client can tell it from what a login prints:
/// two zero bytes and a fixed text, 14 bytes. The client writes none.
/// </summary>
public static class SyncHeader
{
    /// <summary>The whole header.</summary>
    public static ReadOnlySpan<byte> Bytes => "\0\0SSHUTTLE0001"u8;

    /// <summary>
    /// Looks for the header in what the remote has printed so far. Login noise never holds a zero byte, so the first
    /// one begins the header; as the Python program does, anything between the two zero bytes is thrown away too.
    /// </summary>
    /// <param name="input">Everything received so far.</param>
    /// <param name="noise">Bytes in front of the header.</param>
    /// <param name="end">Offset of the first frame; meaningful when the answer is true.</param>
    /// <returns>True: found. False: something else stands there. Null: more bytes are needed.</returns>
    public static bool? Find(ReadOnlySpan<byte> input, out int noise, out int end)
    {
        end = 0;
        noise = input.IndexOf((byte)0);
        if (noise < 0)
        {
            noise = input.Length;
            return null;
        }

        int second = input[(noise + 1)..].IndexOf((byte)0);
        if (second < 0)
        {
            return null;
        }

        int text = noise + second + 2;
        ReadOnlySpan<byte> expected = Bytes[2..];
        ReadOnlySpan<byte> seen = input[text..];
        end = text + expected.Length;
        if (seen.Length < expected.Length)
        {
            return expected.StartsWith(seen) ? null : false;
        }

        return seen.StartsWith(expected);
    }
}
