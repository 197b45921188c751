using System;

namespace Sshuttle.Base;

/// <summary>
/// A piece of memory that is filled from the front and emptied from the front, and a link to the next. It belongs to
/// whoever rented it from a <see cref="BlockPool"/> until it is returned there.
/// </summary>
public sealed class Block
{
    /// <summary>A block of its own memory, pinned, so that its address may be given to the kernel.</summary>
    /// <param name="capacity">Bytes.</param>
    public Block(int capacity) => Bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    /// <summary>The memory; what lies outside <see cref="Start"/> to <see cref="End"/> has no meaning.</summary>
    public byte[] Bytes { get; }

    /// <summary>Offset of the first byte that is still wanted.</summary>
    public int Start { get; set; }

    /// <summary>Offset behind the last byte that was put in.</summary>
    public int End { get; set; }

    /// <summary>The block behind this one in its owner's chain.</summary>
    public Block? Next { get; set; }

    /// <summary>How many bytes can still be put in.</summary>
    public int Room => Bytes.Length - End;

    /// <summary>The bytes that are still wanted.</summary>
    public ReadOnlySpan<byte> Filled => Bytes.AsSpan(Start, End - Start);

    /// <summary>The memory that can still be filled.</summary>
    public Span<byte> Free => Bytes.AsSpan(End);
}
