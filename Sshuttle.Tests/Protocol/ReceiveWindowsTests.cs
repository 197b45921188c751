using System.Collections.Generic;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class ReceiveWindowsTests
{
    private const long Budget = 64 << 20;
    private const int Initial = 16 << 10;
    private readonly ReceiveWindows windows = new(Budget, Initial);

    [Fact]
    public void NewChannels_GetLess_AsTheBudgetFills()
    {
        List<long> credits = [];
        for (int i = 0; i < 1000; i++)
        {
            credits.Add(windows.Open(new Channel(1), 0) + Initial);
        }

        Assert.Equal(128, credits.FindAll(c => c == ReceiveWindows.Usual).Count);
        Assert.Equal(256, credits.FindAll(c => c == ReceiveWindows.Smallest).Count);
        Assert.Equal(616, credits.FindAll(c => c == Initial).Count);
        Assert.InRange(windows.Promised, 0, Budget);
    }

    [Fact]
    public void UsedUpQuickly_Doubles_UpToTheLargest()
    {
        Channel channel = new(1);
        windows.Open(channel, 0);
        List<long> sizes = [];
        for (int i = 1; i <= 6; i++)
        {
            Use(channel, (int)(channel.ReceiveWindow / 4), 10_000L * i);
            sizes.Add(channel.ReceiveWindow >> 10);
        }

        Assert.Equal([512, 1024, 2048, 4096, 4096, 4096], sizes);
        Assert.Equal(ReceiveWindows.Largest, channel.ReceiveCredit);
        windows.Close(channel);
        Assert.Equal(0, windows.Promised);
    }

    [Fact]
    public void UsedUpSlowly_StaysAsItIs()
    {
        Channel channel = new(1);
        windows.Open(channel, 0);
        for (int i = 1; i <= 6; i++)
        {
            Assert.Equal(64u << 10, Use(channel, 64 << 10, 300_000L * i));
        }

        Assert.Equal(ReceiveWindows.Usual, channel.ReceiveWindow);
    }

    [Fact]
    public void ReaderThatLagsBehind_StaysAsItIs()
    {
        Channel channel = new(1);
        windows.Open(channel, 0);
        Assert.True(ReceiveWindows.TryReceive(channel, 256 << 10));
        windows.Consume(channel, 128 << 10, 1);
        Assert.Equal(ReceiveWindows.Usual, channel.ReceiveWindow);
        Assert.Equal(128 << 10, channel.ReceiveCredit);
        Assert.Equal(256 << 10, windows.Promised);
    }

    [Fact]
    public void FullBudget_ShrinksWindows_ButNeverToAStandstill()
    {
        Channel channel = new(1);
        windows.Open(channel, 0);
        for (int i = 0; i < 5000; i++)
        {
            windows.Open(new Channel(2), 0);
        }

        for (int i = 1; i <= 6; i++)
        {
            Use(channel, (int)channel.ReceiveCredit, 10_000L * i);
            Assert.True(channel.ReceiveCredit >= ReceiveWindows.Smallest / 2);
        }

        Assert.Equal(ReceiveWindows.Smallest, channel.ReceiveWindow);
    }

    [Fact]
    public void FullBudget_StillGivesAUsedChannelTheSmallestWindow()
    {
        for (int i = 0; i < 5000; i++)
        {
            windows.Open(new Channel(2), 0);
        }

        Channel channel = new(1);
        Assert.Equal(0u, windows.Open(channel, 0));
        Assert.Equal((uint)ReceiveWindows.Smallest - Initial + 1, Use(channel, 1, 1_000));
    }

    private uint Use(Channel channel, int count, long now)
    {
        Assert.True(ReceiveWindows.TryReceive(channel, count));
        return windows.Consume(channel, count, now);
    }
}
