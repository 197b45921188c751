using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Dns;

/// <summary>
/// A DNS question for the addresses of a name, and the reading of its answer (RFC 1035): a 12-byte header, the question,
/// then records of name, type, class, TTL and data, all big-endian.
/// </summary>
public static class AddressQuery
{
    /// <summary>Room for any question, in bytes.</summary>
    public const int MaxSize = HeaderSize + 256 + 4;

    private const int HeaderSize = DnsMessage.HeaderSize;
    private const ushort TypeA = 1;
    private const ushort TypeAaaa = 28;
    private const ushort ClassInternet = 1;
    private const ushort RecursionDesired = 0x0100;
    private const byte ResponseCodeMask = 0x0f;
    private const byte NoError = 0;
    private const byte NoSuchName = 3;

    /// <summary>Writes the question and returns its length, or 0 for a name that DNS cannot hold.</summary>
    /// <param name="output">At least <see cref="MaxSize"/> bytes.</param>
    /// <param name="id">The message id, which the answer must repeat.</param>
    /// <param name="name">Labels of 1 to 63 ASCII characters, joined by dots.</param>
    /// <param name="family">Which kind of address is asked for.</param>
    public static int Write(Span<byte> output, ushort id, string name, IpFamily family)
    {
        if (name.Length is 0 or > 253 || !Ascii.IsValid(name))
        {
            return 0;
        }

        output[..HeaderSize].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(output, id);
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], RecursionDesired);
        BinaryPrimitives.WriteUInt16BigEndian(output[4..], 1);
        int used = HeaderSize;
        foreach (string label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > 63)
            {
                return 0;
            }

            output[used++] = (byte)label.Length;
            used += Encoding.ASCII.GetBytes(label, output[used..]);
        }

        output[used++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(output[used..], family == IpFamily.V4 ? TypeA : TypeAaaa);
        BinaryPrimitives.WriteUInt16BigEndian(output[(used + 2)..], ClassInternet);
        return used + 4;
    }

    /// <summary>
    /// Adds the addresses of an answer that belongs to the question; false where it does not, is out of form, or says that
    /// the server failed, so that another may know better.
    /// </summary>
    /// <param name="question">What was sent.</param>
    /// <param name="answer">What came.</param>
    /// <param name="into">Receives the addresses, in the answer's order.</param>
    public static bool TryRead(ReadOnlySpan<byte> question, ReadOnlySpan<byte> answer, List<IpAddress> into)
    {
        if (answer.Length < question.Length || !answer[..2].SequenceEqual(question[..2]) || (answer[2] & 0x80) == 0 ||
            !Ascii.EqualsIgnoreCase(answer[HeaderSize..question.Length], question[HeaderSize..]))
        {
            return false;
        }

        if ((answer[3] & ResponseCodeMask) is not (NoError or NoSuchName))
        {
            return false;
        }

        int records = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]);
        int at = question.Length;
        for (int i = 0; i < records; i++)
        {
            at = DnsMessage.SkipName(answer, at);
            if (at < 0 || at + 10 > answer.Length)
            {
                return false;
            }

            ushort type = BinaryPrimitives.ReadUInt16BigEndian(answer[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(answer[(at + 8)..]);
            at += 10;
            if (at + length > answer.Length)
            {
                return false;
            }

            if ((type == TypeA && length == 4) || (type == TypeAaaa && length == 16))
            {
                into.Add(IpAddress.FromBytes(answer.Slice(at, length)));
            }

            at += length;
        }

        return true;
    }
}
