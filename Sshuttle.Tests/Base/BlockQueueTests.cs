using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Xunit;

namespace Sshuttle.Tests.Base;

public class BlockQueueTests
{
    private readonly BlockPool pool = new(16, 2);

    [Fact]
    public void RandomUse_KeepsOrder_AndReturnsEveryBlock()
    {
        Random random = new(1);
        BlockQueue queue = new(pool);
        Queue<byte> model = new();
        byte next = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] added = new byte[random.Next(40)];
            for (int j = 0; j < added.Length; j++)
            {
                added[j] = next++;
                model.Enqueue(added[j]);
            }

            queue.Append(added);
            int wanted = random.Next(45);
            while (wanted > 0 && !queue.IsEmpty)
            {
                int part = Math.Min(wanted, queue.Front.Length);
                foreach (byte b in queue.Front[..part])
                {
                    Assert.Equal(model.Dequeue(), b);
                }

                queue.Consume(part);
                wanted -= part;
            }

            Assert.Equal(model.Count, queue.Length);
            Assert.Equal(model.Count == 0, queue.Front.IsEmpty);
        }

        queue.Clear();
        Assert.True(queue.IsEmpty);
        Assert.Equal(0, pool.BytesInUse);
    }

    [Fact]
    public void Consume_OfMoreThanTheFront_IsAMistake()
    {
        BlockQueue queue = new(pool);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Consume(1));
        queue.Append(new byte[20]);
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Consume(17));
    }

    [Fact]
    public void Pool_LendsAgainWhatItKept_AndCountsWhatIsOut()
    {
        Block[] blocks = [pool.Rent(), pool.Rent(), pool.Rent(), pool.RentLarger(100)];
        blocks[0].End = 5;
        Assert.Equal((3 * 16) + 100, pool.BytesInUse);
        foreach (Block block in blocks)
        {
            pool.Return(block);
        }

        Assert.Equal(0, pool.BytesInUse);
        Assert.Same(blocks[1], pool.Rent());
        Block again = pool.Rent();
        Assert.Same(blocks[0], again);
        Assert.Equal(0, again.End);
        Assert.DoesNotContain(pool.Rent(), blocks);
    }
}
