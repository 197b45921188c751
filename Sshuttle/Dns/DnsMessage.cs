using System;
using System.Buffers.Binary;
using System.Text;

namespace Sshuttle.Dns;

/// <summary>
/// As much of a DNS message (RFC 1035) as somebody in the middle has to know. Messages come from anybody: nothing here
/// throws for one of at least <see cref="HeaderSize"/> bytes.
/// <code>
/// 0   2  id
/// 2   2  response 1 bit, opcode 4, authoritative 1, truncated 1, recursion desired 1 | available 1, zero 3, code 4
/// 4   8  how many questions, answers, authorities, additional records
/// 12  .  questions: name, type 2, class 2; then records: name, type 2, class 2, TTL 4, length 2, data
/// </code>
/// </summary>
public static class DnsMessage
{
    /// <summary>The port of nameservers, by UDP and by TCP.</summary>
    public const ushort Port = 53;

    /// <summary>Bytes of the header, and of the shortest message.</summary>
    public const int HeaderSize = 12;

    /// <summary>The longest message in bytes.</summary>
    public const int MaxSize = ushort.MaxValue;

    /// <summary>The longest message by UDP where nothing else was agreed, in bytes (RFC 1035, 4.2.1).</summary>
    public const int PlainUdpSize = 512;

    /// <summary>The response code for a query that cannot be read.</summary>
    public const byte FormatError = 1;

    /// <summary>The response code for a failure of the nameserver.</summary>
    public const byte ServerFailure = 2;

    private const byte NotImplemented = 4;
    private const byte Refused = 5;
    private const byte ResponseBit = 0x80;
    private const byte OpcodeMask = 0x78;
    private const byte TruncatedBit = 0x02;
    private const byte RecursionDesiredBit = 0x01;
    private const byte RecursionAvailableBit = 0x80;
    private const byte CodeMask = 0x0f;
    private const int MaxName = 255;
    private const ushort TypeOpt = 41;

    // EDNS (RFC 6891): the root's name, OPT, in place of the class the UDP size (1232, which no path fragments), nothing else.
    private static ReadOnlySpan<byte> EmptyOpt => [0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0];

    /// <summary>The id by which an answer is found to belong to a query.</summary>
    public static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    /// <summary>Replaces the id.</summary>
    public static void SetId(Span<byte> message, ushort id) => BinaryPrimitives.WriteUInt16BigEndian(message, id);

    /// <summary>Whether this is an answer and no query.</summary>
    public static bool IsResponse(ReadOnlySpan<byte> message) => (message[2] & ResponseBit) != 0;

    /// <summary>Whether something did not fit into this answer.</summary>
    public static bool IsTruncated(ReadOnlySpan<byte> message) => (message[2] & TruncatedBit) != 0;

    /// <summary>The response code, 0 to 15.</summary>
    public static int Code(ReadOnlySpan<byte> message) => message[3] & CodeMask;

    /// <summary>Whether an answer says no more than that this nameserver could not or would not help.</summary>
    public static bool IsUnhelpful(ReadOnlySpan<byte> answer) => Code(answer) is ServerFailure or Refused;

    /// <summary>Where the question ends; -1 where there is not exactly one that can be read.</summary>
    public static int QuestionEnd(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderSize || Count(message, 0) != 1)
        {
            return -1;
        }

        // A name in a question cannot point backwards: there is nothing yet.
        int at = HeaderSize;
        while (at < message.Length && message[at] is > 0 and < 64)
        {
            at += message[at] + 1;
        }

        bool complete = at + 5 <= message.Length && message[at] == 0 && at + 1 - HeaderSize <= MaxName;
        return complete ? at + 5 : -1;
    }

    /// <summary>The name in the question of a message for which <see cref="QuestionEnd"/> is known, as on the wire.</summary>
    public static ReadOnlySpan<byte> QuestionName(ReadOnlySpan<byte> message, int questionEnd) => message[HeaderSize..(questionEnd - 4)];

    /// <summary>The name and type asked for, for people; bytes that are no ASCII look like question marks.</summary>
    public static string QuestionText(ReadOnlySpan<byte> message, int questionEnd)
    {
        StringBuilder text = new();
        ReadOnlySpan<byte> name = QuestionName(message, questionEnd);
        while (name[0] != 0)
        {
            text.Append(Encoding.ASCII.GetString(name.Slice(1, name[0]))).Append('.');
            name = name[(name[0] + 1)..];
        }

        return text.Append(" type ").Append(BinaryPrimitives.ReadUInt16BigEndian(message[(questionEnd - 4)..])).ToString();
    }

    /// <summary>
    /// Whether a message answers a query: the id, the kind of query, and the question with its type and class, where
    /// letters may differ in case. An old nameserver refuses what it does not understand without the question.
    /// </summary>
    /// <param name="answer">What came, of any length.</param>
    /// <param name="query">What was sent.</param>
    /// <param name="id">The id under which it was sent.</param>
    public static bool IsAnswer(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> query, ushort id)
    {
        if (answer.Length < HeaderSize || Id(answer) != id || !IsResponse(answer) || ((answer[2] ^ query[2]) & OpcodeMask) != 0)
        {
            return false;
        }

        int end = QuestionEnd(answer);
        return end < 0
            ? answer.Length == HeaderSize && Count(answer, 0) == 0 && Code(answer) is FormatError or NotImplemented
            : end == QuestionEnd(query)
                && DomainSet.EqualNames(QuestionName(answer, end), QuestionName(query, end))
                && answer[(end - 4)..end].SequenceEqual(query[(end - 4)..end]);
    }

    /// <summary>How long an answer by UDP may be for whoever sent this query, in bytes, at least <see cref="PlainUdpSize"/>.</summary>
    public static int UdpSize(ReadOnlySpan<byte> query)
    {
        ReadOnlySpan<byte> opt = FindOpt(query);
        return opt.IsEmpty ? PlainUdpSize : Math.Max(PlainUdpSize, (int)BinaryPrimitives.ReadUInt16BigEndian(opt[3..]));
    }

    /// <summary>
    /// Takes all records but OPT out of an answer, in place, and says in it that they are missing, so that whoever asked
    /// asks again by TCP. Returns the new length.
    /// </summary>
    public static int Truncate(Span<byte> answer)
    {
        int end = QuestionEnd(answer);
        ReadOnlySpan<byte> opt = FindOpt(answer);
        int length = Math.Max(end, HeaderSize);
        opt.CopyTo(answer[length..]);
        answer[2] |= TruncatedBit;
        SetCounts(answer, end < 0 ? 0 : 1, opt.IsEmpty ? 0 : 1);
        return length + opt.Length;
    }

    /// <summary>Writes an answer that holds nothing but a response code, and returns its length.</summary>
    /// <param name="query">The query, at least <see cref="HeaderSize"/> bytes.</param>
    /// <param name="code">The response code.</param>
    /// <param name="output">At least as long as the query, and 11 bytes more.</param>
    public static int WriteError(ReadOnlySpan<byte> query, byte code, Span<byte> output)
    {
        int end = QuestionEnd(query);
        int length = Math.Max(end, HeaderSize);
        query[..length].CopyTo(output);
        output[2] = (byte)(ResponseBit | (query[2] & (OpcodeMask | RecursionDesiredBit)));
        output[3] = (byte)(RecursionAvailableBit | code);
        bool hasOpt = !FindOpt(query).IsEmpty;
        SetCounts(output, end < 0 ? 0 : 1, hasOpt ? 1 : 0);
        if (hasOpt)
        {
            EmptyOpt.CopyTo(output[length..]);
            length += EmptyOpt.Length;
        }

        return length;
    }

    /// <summary>Where a name that begins at an offset ends; -1 where it does not.</summary>
    public static int SkipName(ReadOnlySpan<byte> message, int at)
    {
        // It ends with an empty label or with a pointer, whose first two bits are set.
        while (at < message.Length)
        {
            int length = message[at];
            if (length == 0)
            {
                return at + 1;
            }

            if (length >= 0xc0)
            {
                return at + 2;
            }

            at += length + 1;
        }

        return -1;
    }

    // The whole OPT record, which is of the root's name; empty where there is none.
    private static ReadOnlySpan<byte> FindOpt(ReadOnlySpan<byte> message)
    {
        int at = QuestionEnd(message);
        if (at < 0)
        {
            return [];
        }

        int records = Count(message, 1) + Count(message, 2) + Count(message, 3);
        for (int i = 0; i < records; i++)
        {
            int name = at;
            at = SkipName(message, at);
            if (at < 0 || at + 10 > message.Length)
            {
                return [];
            }

            int end = at + 10 + BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            if (end > message.Length)
            {
                return [];
            }

            if (BinaryPrimitives.ReadUInt16BigEndian(message[at..]) == TypeOpt && message[name] == 0)
            {
                return message[name..end];
            }

            at = end;
        }

        return [];
    }

    // Of questions (0), answers (1), authorities (2) or additional records (3).
    private static int Count(ReadOnlySpan<byte> message, int section) => BinaryPrimitives.ReadUInt16BigEndian(message[(4 + (2 * section))..]);

    private static void SetCounts(Span<byte> message, int questions, int additional)
    {
        message[4..HeaderSize].Clear();
        message[5] = (byte)questions;
        message[11] = (byte)additional;
    }
}
