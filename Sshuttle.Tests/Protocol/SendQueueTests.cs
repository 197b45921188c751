using System;
using System.Collections.Generic;
using System.Linq;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class SendQueueTests
{
    private readonly SendQueue<Source> queue = new();

    [Fact]
    public void NobodyWaits_GivesNull()
    {
        Assert.False(queue.Any);
        Assert.Null(queue.Next());
    }

    [Fact]
    public void OneAlone_GoesOnAndOn()
    {
        Source source = Add(64 << 10);
        Assert.Equal(20, Run(20).Count(sender => sender == source));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EightBulkFlowsOfMixedFrames_ShareAlike(int seed)
    {
        Random random = new(seed);
        Source[] sources = new Source[8];
        for (int i = 0; i < sources.Length; i++)
        {
            sources[i] = Add(random.Next(500, 64 << 10));
        }

        Run(5_000);
        double sum = sources.Sum(source => (double)source.Sent);
        double squares = sources.Sum(source => (double)source.Sent * source.Sent);
        Assert.InRange(sum * sum / (sources.Length * squares), 0.97, 1);
    }

    [Fact]
    public void SparseFlow_GoesNext_BesideBulk()
    {
        Source sparse = new(100) { Rest = 0 };
        for (int i = 0; i < 8; i++)
        {
            Add(16 << 10);
        }

        for (int i = 0; i < 50; i++)
        {
            Run(20);
            sparse.Rest = 1;
            queue.Add(sparse.Slot);
            Assert.Same(sparse, Run(1)[0]);
        }
    }

    [Fact]
    public void FlowThatIsAlwaysNew_StarvesNobody()
    {
        Source bulk = Add(16 << 10);
        Source pushy = new(16 << 10);
        for (int i = 0; i < 1000; i++)
        {
            pushy.Rest = 1;
            queue.Add(pushy.Slot);
            Run(1);
        }

        Assert.InRange(bulk.Sent, 0.45 * 1000 * (16 << 10), 0.55 * 1000 * (16 << 10));
    }

    [Fact]
    public void MoreThanAQuantum_IsTakenOffLaterTurns()
    {
        Source large = Add(64 << 10);
        Source small = Add(16 << 10);
        Run(1000);
        Assert.InRange(large.Sent / (double)small.Sent, 0.97, 1.03);
    }

    [Fact]
    public void AddedDuringItsOwnTurn_ComesAgain()
    {
        Source source = Add(10);
        Assert.Same(source, queue.Next());
        queue.Add(source.Slot);
        queue.Sent(10, false);
        Assert.Same(source, queue.Next());
        queue.Sent(0, false);
        Assert.Null(queue.Next());
        Assert.False(queue.Any);
    }

    private Source Add(int frame)
    {
        Source source = new(frame);
        queue.Add(source.Slot);
        return source;
    }

    private List<Source> Run(int turns)
    {
        List<Source> order = [];
        while (order.Count < turns && queue.Next() is Source source)
        {
            source.Sent += source.Frame;
            source.Rest--;
            order.Add(source);
            queue.Sent(source.Frame, source.Rest > 0);
        }

        return order;
    }

    private sealed class Source
    {
        public Source(int frame)
        {
            Frame = frame;
            Slot = new SendQueue<Source>.Slot(this);
        }

        public SendQueue<Source>.Slot Slot { get; }

        public int Frame { get; }

        public int Rest { get; set; } = int.MaxValue;

        public long Sent { get; set; }
    }
}
