using System.Collections.Generic;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class ChannelTableTests
{
    [Fact]
    public void Numbers_GoUpFromOne_AndAreNotReusedAtOnce()
    {
        ChannelTable table = new(ChannelTable.MaxChannels);
        Channel first = table.Open("a")!;
        Assert.Equal(1, first.Id);
        Assert.Equal("a", first.Owner);
        table.Remove(first);
        Assert.Equal(2, table.Open(null)!.Id);
        Assert.Null(table.Find(1));
    }

    [Fact]
    public void Numbers_WrapToOne_PastThoseInUse()
    {
        ChannelTable table = new(ChannelTable.MaxChannels);
        Channel kept = table.Open(null)!;
        for (int id = 2; id <= 65535; id++)
        {
            Channel channel = table.Open(null)!;
            Assert.Equal(id, channel.Id);
            table.Remove(channel);
        }

        Assert.Equal(2, table.Open(null)!.Id);
        Assert.Same(kept, table.Find(1));
    }

    [Fact]
    public void FullTable_GivesUpAfterItsCandidates_AndFindsWhatIsFreedLater()
    {
        ChannelTable table = new(ChannelTable.MaxChannels);
        for (int i = 0; i < 65535; i++)
        {
            Assert.NotNull(table.Open(null));
        }

        Assert.Null(table.Open(null));
        table.Remove(table.Find(2000)!);
        int tries = 1;
        Channel? found = table.Open(null);
        for (; found == null; found = table.Open(null))
        {
            tries++;
        }

        Assert.Equal(2000, found.Id);
        Assert.Equal(2, tries);
    }

    [Fact]
    public void Register_TakesEachNumberOnce_AndNeverZero()
    {
        ChannelTable table = new(ChannelTable.MaxChannels);
        Assert.Null(table.Register(0, null));
        Channel channel = table.Register(65535, null)!;
        Assert.Null(table.Register(65535, null));
        Assert.Same(channel, table.Find(65535));
        table.Remove(channel);
        Assert.NotNull(table.Register(65535, null));
    }

    [Fact]
    public void Remove_OfAnEarlierChannel_LeavesItsSuccessor()
    {
        ChannelTable table = new(ChannelTable.MaxChannels);
        Channel earlier = table.Register(5, null)!;
        table.Remove(earlier);
        Channel later = table.Register(5, null)!;
        table.Remove(earlier);
        Assert.Same(later, table.Find(5));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Maximum_Holds()
    {
        ChannelTable table = new(2);
        Assert.NotNull(table.Open(null));
        Assert.NotNull(table.Register(9, null));
        Assert.Null(table.Open(null));
        Assert.Null(table.Register(10, null));
        table.Remove(table.Find(9)!);
        Assert.NotNull(table.Open(null));
    }

    [Fact]
    public void Enumeration_GivesAllInOrder_AndBearsRemoval()
    {
        ChannelTable table = new(ChannelTable.MaxChannels);
        foreach (ushort id in new ushort[] { 65535, 1, 256, 255, 512, 40000 })
        {
            table.Register(id, null);
        }

        List<int> seen = [];
        foreach (Channel channel in table)
        {
            seen.Add(channel.Id);
            table.Remove(channel);
        }

        Assert.Equal([1, 255, 256, 512, 40000, 65535], seen);
        Assert.Equal(0, table.Count);
    }
}
