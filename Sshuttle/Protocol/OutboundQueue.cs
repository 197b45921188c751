using System;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>
/// Frames on their way out, in blocks: whole frames only in each, filled at the last, written out at the current
/// one, and kept until the other end has acknowledged them, so that they could be sent again over another link.
/// <code>
/// head ........ current ........ tail
/// | sent, not  | sent ; unsent  |      a block's Start is what was sent of it;
/// | acked      |                |      acked counts the bytes of head that are done with
/// </code>
/// Urgent frames go behind the block that is being written out (and behind each other), in front of all else.
/// </summary>
internal sealed class OutboundQueue
{
    // A new block is begun for data when the last has less room than this: smaller reads cost more than they save.
    private const int WorthFilling = 8 << 10;

    private readonly BlockPool pool;
    private Block head;
    private Block current;
    private Block tail;
    private Block? lastUrgent;
    private int acked;

    /// <summary>An empty queue.</summary>
    /// <param name="pool">Where the blocks come from.</param>
    public OutboundQueue(BlockPool pool)
    {
        this.pool = pool;
        head = current = tail = pool.Rent();
    }

    /// <summary>All bytes ever put in.</summary>
    public long Queued { get; private set; }

    /// <summary>All bytes ever written out. <see cref="Rewind"/> takes it back.</summary>
    public long Sent { get; private set; }

    /// <summary>All bytes that the other end has acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>The next bytes to write out, as many as lie together; empty if there are none.</summary>
    public ReadOnlySpan<byte> Next => current.Filled;

    /// <summary>Copies a frame in.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="command">The command.</param>
    /// <param name="payload">0 to 65535 bytes.</param>
    /// <param name="urgent">Whether it may overtake what is not urgent.</param>
    public void Append(ushort channel, Command command, ReadOnlySpan<byte> payload, bool urgent)
    {
        int size = Frame.HeaderSize + payload.Length;
        Block block = urgent ? lastUrgent ?? current : tail;
        if (block.Room < size)
        {
            block = InsertBehind(block, size);
        }

        if (urgent)
        {
            lastUrgent = block;
        }

        Frame.WriteHeader(block.Free, channel, command, payload.Length);
        payload.CopyTo(block.Free[Frame.HeaderSize..]);
        block.End += size;
        Queued += size;
    }

    /// <summary>Room for the payload of a frame at the end, at most <paramref name="max"/> bytes; <see cref="Commit"/> follows at once.</summary>
    public Span<byte> Reserve(int max)
    {
        int wanted = Frame.HeaderSize + Math.Min(max, WorthFilling);
        Block block = tail.Room >= wanted ? tail : InsertBehind(tail, wanted);
        Span<byte> room = block.Free[Frame.HeaderSize..];
        return room.Length > max ? room[..max] : room;
    }

    /// <summary>Makes the first bytes of what was just reserved a frame.</summary>
    public void Commit(ushort channel, Command command, int length)
    {
        Block block = tail;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, block.Room - Frame.HeaderSize, nameof(length));
        Frame.WriteHeader(block.Free, channel, command, length);
        block.End += Frame.HeaderSize + length;
        Queued += Frame.HeaderSize + length;
    }

    /// <summary>Says that the first bytes of <see cref="Next"/> were written out.</summary>
    public void MarkSent(int count)
    {
        Block block = current;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(block.End - block.Start), nameof(count));
        block.Start += count;
        Sent += count;
        if (block.Start == block.End)
        {
            if (block == lastUrgent)
            {
                lastUrgent = null;
            }

            current = block.Next ?? block;
        }
    }

    /// <summary>Lets go of everything up to a position, between <see cref="Acknowledged"/> and <see cref="Sent"/>.</summary>
    public void Acknowledge(long position)
    {
        long done = position - Acknowledged;
        Acknowledged = position;
        while (done > 0)
        {
            int part = (int)Math.Min(done, head.End - acked);
            acked += part;
            done -= part;
            if (acked < head.End)
            {
                return;
            }

            acked = 0;
            if (head.Next == null)
            {
                head.Start = 0;
                head.End = 0;
                return;
            }

            Block spent = head;
            head = head.Next;
            pool.Return(spent);
        }
    }

    /// <summary>Makes everything that was not acknowledged unsent again, in the same order.</summary>
    public void Rewind()
    {
        Block stop = current;
        Block block = head;
        block.Start = acked;
        while (block != stop)
        {
            block = block.Next!;
            block.Start = 0;
        }

        lastUrgent ??= stop;
        current = head;
        Sent = Acknowledged;
    }

    private Block InsertBehind(Block block, int size)
    {
        Block added = size > pool.BlockSize ? pool.RentLarger(size) : pool.Rent();
        added.Next = block.Next;
        if (block == tail)
        {
            tail = added;
        }

        if (block == current && block.Start == block.End)
        {
            current = added;
        }

        block.Next = added;
        return added;
    }
}
