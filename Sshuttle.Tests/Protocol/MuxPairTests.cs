using System;
using System.Collections.Generic;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class MuxPairTests
{
    [Fact]
    public void Greetings_MakeBothSpeakE1()
    {
        MuxPair pair = new MuxPair(1).Greeted();
        Assert.True(pair.Client.Mux.PeerSpeaksE1);
        Assert.True(pair.Server.Mux.PeerSpeaksE1);
        Assert.Equal("test", pair.Client.Mux.Peer!.Version);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void RandomTraffic_ArrivesWhole_AndLeavesNothingBehind(int seed)
    {
        Random random = new(seed);
        MuxPair pair = new(seed);
        pair.Client.Split = random.Next(1, 3) == 1 ? random.Next(1, 40) : 64 << 10;
        pair.Greeted();
        pair.DriveUntil(() => pair.Client.Mux.PeerSpeaksE1 == true && pair.Server.Mux.PeerSpeaksE1 == true);
        pair.Client.Split = pair.Server.Split = random.Next(1_000, 70_000);
        List<(MuxSocket Near, MuxSocket Far)> whole = [];
        for (int i = 0; i < 60; i++)
        {
            (MuxSocket near, MuxSocket far) = pair.Connect(Size(random), Size(random));
            near.Appetite = random.Next(100, 200_000);
            far.Appetite = random.Next(100, 200_000);
            switch (random.Next(6))
            {
                case 0:
                    near.StopAfter = random.Next(50_000);
                    break;
                case 1:
                    far.ResetAfter = random.Next(100_000);
                    break;
                default:
                    whole.Add((near, far));
                    break;
            }

            pair.Drive(random.Next(30));
        }

        Assert.True(pair.DriveUntil(() => pair.Client.Mux.Channels.Count + pair.Server.Mux.Channels.Count == 0));
        Assert.True(pair.DriveUntil(() => pair.Client.Sockets.TrueForAll(s => s.Closed) && pair.Server.Sockets.TrueForAll(s => s.Closed)));
        Assert.All(whole, both => Assert.True(both.Near.Complete && both.Far.Complete));
        foreach (MuxEnd end in new[] { pair.Client, pair.Server })
        {
            Assert.Equal(0, end.ProtocolErrors);
            Assert.Equal(0, end.Mux.InboundPool.BytesInUse);
            Assert.Equal(0, end.Mux.Promised);
        }

        // Only a few acknowledgements, which are not themselves acknowledged, stay behind.
        pair.Drive(200);
        Assert.InRange(pair.Client.Mux.SentTotal - pair.Client.Mux.Acknowledged, 0, 1024);
        Assert.InRange(pair.Server.Mux.SentTotal - pair.Server.Mux.Acknowledged, 0, 1024);
        Assert.Equal(long.MaxValue, pair.Client.Mux.NextDeadline);
    }

    [Fact]
    public void StalledReader_StopsOnlyItsOwnChannel()
    {
        MuxPair pair = new MuxPair(9).Greeted();
        (MuxSocket stalled, MuxSocket source) = pair.Connect(0, 100 << 20);
        stalled.Appetite = 0;
        (MuxSocket lively, _) = pair.Connect(0, 20 << 20);
        Assert.True(pair.DriveUntil(() => lively.Complete));
        Assert.Equal(ReceiveWindows.Usual, source.Sent);
        Assert.Equal(0, source.Channel.SendCredit);
        Assert.InRange(pair.Client.LargestQueue, ReceiveWindows.Usual, ReceiveWindows.Usual + (1 << 20));

        stalled.Appetite = int.MaxValue;
        Assert.True(pair.DriveUntil(() => stalled.Complete));
    }

    [Fact]
    public void KeptUpReader_GetsTheLargestWindow_WithFewWindowFrames()
    {
        MuxPair pair = new MuxPair(10).Greeted();
        (MuxSocket near, MuxSocket far) = pair.Connect(0, 64 << 20);
        Assert.True(pair.DriveUntil(() => near.Taken > 32 << 20));
        Assert.Equal(ReceiveWindows.Largest, near.Channel.ReceiveWindow);
        Assert.True(pair.DriveUntil(() => near.Complete && far.Sent == 64 << 20));
        Assert.InRange(pair.Server.WindowFrames, 10, 100);
    }

    [Theory]
    [InlineData(100, false)]
    [InlineData(300, true)]
    public void ManyStalledReaders_StayWithinTheBudget_AndOthersGoOn(int readers, bool tooMany)
    {
        const int budget = 8 << 20;
        MuxPair pair = new MuxPair(11, MuxPair.Options with { MemoryBudget = budget }).Greeted();
        List<MuxSocket> stalled = [];
        for (int i = 0; i < readers; i++)
        {
            (MuxSocket near, _) = pair.Connect(0, 10 << 20);
            near.Appetite = 0;
            stalled.Add(near);
        }

        (MuxSocket lively, _) = pair.Connect(0, 5 << 20);
        Assert.True(pair.DriveUntil(() => lively.Complete));
        Assert.InRange(pair.Client.LargestQueue, budget / 2, budget + Frame.MaxSize);
        Assert.Equal(tooMany, stalled.Exists(s => s.Closed));
        Assert.True(stalled.FindAll(s => !s.Closed).Count >= 100);
        Assert.Equal(0, pair.Client.ProtocolErrors + pair.Server.ProtocolErrors);
    }

    [Fact]
    public void StalledLink_BoundsWhatIsQueued()
    {
        MuxPair pair = new MuxPair(12, MuxPair.Options with { LatencyBufferSize = 4 << 20 }).Greeted();
        (MuxSocket near, _) = pair.Connect(50 << 20, 0);
        pair.Drive(20);
        pair.Server.LinkStalled = true;
        pair.Drive(500);
        Assert.InRange(pair.Client.Mux.Unsent, 1, Mux.OutboundWatermark + Frame.MaxSize);
        Assert.Equal(0, pair.Client.Mux.DataRoom(near.Channel));
        pair.Server.LinkStalled = false;
        Assert.True(pair.DriveUntil(() => near.Sent == 50 << 20));
    }

    [Fact]
    public void Rewind_OverANewLink_LosesNothing()
    {
        // A fake new link: the receiver forgets nothing, so what it already has is cut off in front.
        MuxPair pair = new MuxPair(13).Greeted();
        (MuxSocket near, _) = pair.Connect(3 << 20, 0);
        pair.Drive(40);
        Mux client = pair.Client.Mux;
        long acknowledged = client.Acknowledged;
        long sent = client.SentTotal;
        Assert.InRange(sent - acknowledged, 1, LinkControl.LargestBound);
        client.Rewind();
        Assert.Equal(acknowledged, client.SentTotal);
        long skip = sent - acknowledged;
        while (skip > 0)
        {
            int part = (int)Math.Min(skip, client.Outbound.Length);
            client.Sent(part, pair.Now);
            skip -= part;
        }

        Assert.True(pair.DriveUntil(() => near.Sent == 3 << 20 && pair.Server.Sockets[0].Taken == 3 << 20));
    }

    private static long Size(Random random) => random.Next(4) switch
    {
        0 => random.Next(2),
        1 => random.Next(5_000),
        2 => random.Next(200_000),
        _ => random.Next(1_500_000),
    };
}
