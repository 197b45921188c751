using System;
using System.Collections.Generic;
using System.Text;

namespace Sshuttle.Firewall;

/// <summary>
/// Bytes in, lines out, split anywhere. A line is what stands before a newline, at most <see cref="MaxLine"/> bytes;
/// bytes outside ASCII come out as characters that no field of the grammar accepts.
/// </summary>
public sealed class LineBuffer
{
    /// <summary>The longest line without its newline, in bytes; the longest legal one has about 110. Arbitrary.</summary>
    public const int MaxLine = 1024;

    private readonly Queue<string> lines = new();
    private readonly byte[] partial = new byte[MaxLine];
    private int partialLength;

    /// <summary>Whether a line was too long. Nothing that comes behind it is taken.</summary>
    public bool Overlong { get; private set; }

    /// <summary>Whether the input so far ends inside a line.</summary>
    public bool HasPartial => partialLength > 0;

    /// <summary>Adds what was read.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !Overlong)
        {
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> piece = end < 0 ? bytes : bytes[..end];
            if (partialLength + piece.Length > MaxLine)
            {
                Overlong = true;
                return;
            }

            piece.CopyTo(partial.AsSpan(partialLength));
            partialLength += piece.Length;
            if (end < 0)
            {
                return;
            }

            lines.Enqueue(Encoding.Latin1.GetString(partial, 0, partialLength));
            partialLength = 0;
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Takes the next whole line, without its newline.</summary>
    public bool TryTake(out string line) => lines.TryDequeue(out line!);
}
