namespace Sshuttle.Base;

/// <summary>Lends blocks of one size and keeps returned ones for the next borrower. For one thread.</summary>
/// <param name="blockSize">Bytes of each block.</param>
/// <param name="keep">How many returned blocks are kept; more are left to the garbage collector.</param>
public sealed class BlockPool(int blockSize, int keep)
{
    private Block? free;
    private int freeCount;

    /// <summary>Bytes of each block.</summary>
    public int BlockSize => blockSize;

    /// <summary>Memory of all blocks that are lent at the moment, in bytes.</summary>
    public long BytesInUse { get; private set; }

    /// <summary>An empty block, which the caller returns with <see cref="Return"/>.</summary>
    public Block Rent()
    {
        BytesInUse += blockSize;
        Block? block = free;
        if (block == null)
        {
            return new Block(blockSize);
        }

        free = block.Next;
        freeCount--;
        block.Next = null;
        block.Start = 0;
        block.End = 0;
        return block;
    }

    /// <summary>A block for something larger than <see cref="BlockSize"/>; it is returned like the others, but never kept.</summary>
    public Block RentLarger(int size)
    {
        BytesInUse += size;
        return new Block(size);
    }

    /// <summary>Takes a block back; the caller must not touch it any more.</summary>
    public void Return(Block block)
    {
        BytesInUse -= block.Bytes.Length;
        if (block.Bytes.Length == blockSize && freeCount < keep)
        {
            block.Next = free;
            free = block;
            freeCount++;
        }
    }
}
