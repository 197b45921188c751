using System;

namespace Sshuttle.Base;

/// <summary>
/// Bytes in order, in blocks of a shared pool: appended at the end, taken from the front. An empty queue holds no
/// block. It has no limit of its own: whoever fills it knows how much may wait.
/// </summary>
/// <param name="pool">Where the blocks come from.</param>
public sealed class BlockQueue(BlockPool pool)
{
    private Block? head;
    private Block? tail;

    /// <summary>How many bytes wait.</summary>
    public long Length { get; private set; }

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The first bytes, as many as lie together; empty only if the queue is.</summary>
    public ReadOnlySpan<byte> Front => head == null ? [] : head.Filled;

    /// <summary>Copies bytes to the end.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (bytes.Length > 0)
        {
            if (tail == null)
            {
                head = tail = pool.Rent();
            }
            else if (tail.Room == 0)
            {
                tail = tail.Next = pool.Rent();
            }

            int part = Math.Min(bytes.Length, tail.Room);
            bytes[..part].CopyTo(tail.Free);
            tail.End += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Drops bytes from the front, at most the length of <see cref="Front"/>.</summary>
    public void Consume(int count)
    {
        if (head == null || count > head.End - head.Start)
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        Length -= count;
        head.Start += count;
        if (head.Start == head.End)
        {
            DropHead(head);
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (head != null)
        {
            DropHead(head);
        }

        Length = 0;
    }

    private void DropHead(Block block)
    {
        head = block.Next;
        if (head == null)
        {
            tail = null;
        }

        pool.Return(block);
    }
}
