using System;
using System.Buffers.Binary;

namespace Sshuttle.Dns;

/// <summary>
/// DNS messages out of a TCP stream, where a length of two bytes, big-endian, stands in front of each (RFC 1035, 4.2.2).
/// Its buffer is as large as the longest message so far.
/// </summary>
public sealed class MessageStream
{
    /// <summary>Bytes of the length in front of a message.</summary>
    public const int PrefixSize = 2;

    private byte[] buffer = new byte[DnsMessage.PlainUdpSize];
    private int start;
    private int end;

    /// <summary>Where to read to; never empty once <see cref="TryTake"/> has answered false. Asking ends the life of the last message.</summary>
    public Span<byte> Free
    {
        get
        {
            buffer.AsSpan(start..end).CopyTo(buffer);
            end -= start;
            start = 0;
            int wanted = end < PrefixSize ? PrefixSize : PrefixSize + BinaryPrimitives.ReadUInt16BigEndian(buffer);
            if (wanted > buffer.Length)
            {
                Array.Resize(ref buffer, wanted);
            }

            return buffer.AsSpan(end);
        }
    }

    /// <summary>Says that bytes were read into <see cref="Free"/>.</summary>
    public void Received(int count) => end += count;

    /// <summary>The next whole message, of 0 to 65535 bytes, without its length; false if it has not come yet.</summary>
    /// <param name="message">Valid until <see cref="Free"/> is asked for.</param>
    public bool TryTake(out Span<byte> message)
    {
        message = default;
        if (end - start < PrefixSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start));
        if (end - start - PrefixSize < length)
        {
            return false;
        }

        message = buffer.AsSpan(start + PrefixSize, length);
        start += PrefixSize + length;
        return true;
    }
}
