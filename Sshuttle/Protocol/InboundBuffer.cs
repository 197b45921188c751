using System;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>
/// Where the bytes of the link are read to, and where frames are cut from without copying them. Only the piece of
/// a frame that is still incomplete is ever moved.
/// </summary>
internal sealed class InboundBuffer
{
    // Four of the largest frames: reads are large, and it still fits into the second-level cache.
    private const int Capacity = 256 << 10;
    private readonly Block block = new(Capacity);

    /// <summary>
    /// Where to read to. Once all whole frames were taken, at least 190,000 bytes; if some were left, it may be less
    /// or empty. Frames taken before are gone after this.
    /// </summary>
    public Span<byte> Free
    {
        get
        {
            if (block.Start > 0 && (block.Start == block.End || block.Room < Capacity / 2))
            {
                block.Filled.CopyTo(block.Bytes);
                block.End -= block.Start;
                block.Start = 0;
            }

            return block.Free;
        }
    }

    /// <summary>Says that bytes were read to the start of <see cref="Free"/>.</summary>
    public void Received(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)block.Room, nameof(count));
        block.End += count;
    }

    /// <summary>Takes the next whole frame, which is valid until <see cref="Free"/> is next asked for.</summary>
    public bool TryTake(out Frame frame)
    {
        bool whole = Frame.TryRead(block.Filled, out frame, out int used);
        block.Start += used;
        return whole;
    }
}
