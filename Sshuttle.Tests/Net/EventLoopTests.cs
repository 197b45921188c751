using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Net;

public class EventLoopTests
{
    [Fact]
    public void DataOnASocket_ReachesItsHandlerOnce()
    {
        using EventLoop loop = new();
        Assert.True(Sys.SocketPair(out int ours, out int theirs).Ok);
        List<Ready> seen = [];
        Assert.True(loop.Add(ours, new Handler(events =>
        {
            seen.Add(events);
            if (events.HasFlag(Ready.Read))
            {
                loop.Stop();
            }
        })));
        Assert.True(Sys.Write(theirs, "x"u8).Ok);
        loop.Run();
        Assert.Equal([Ready.Read | Ready.Write], seen);
        loop.CloseLater(ours);
        Sys.Close(theirs);
    }

    [Fact]
    public void HandlerRemovedInTheSameBatch_SeesNothing()
    {
        using EventLoop loop = new();
        Assert.True(Sys.SocketPair(out int first, out int second).Ok);
        int calls = 0;
        Handler handler = new(_ =>
        {
            calls++;
            loop.CloseLater(first);
            loop.CloseLater(second);
            loop.Stop();
        });
        Assert.True(loop.Add(first, handler));
        Assert.True(loop.Add(second, handler));
        loop.Run();
        Assert.Equal(1, calls);
    }

    [Fact]
    public void ClosedNumber_IsNotUsedAgainWithinTheBatch_AndItsSuccessorSeesOnlyItsOwnEvents()
    {
        using EventLoop loop = new();
        Assert.True(Sys.SocketPair(out int first, out int firstPeer).Ok);
        Assert.True(Sys.SocketPair(out int second, out int secondPeer).Ok);
        List<int> opened = [];
        int staleCalls = 0;
        int turns = 0;
        loop.TurnEnded = () =>
        {
            turns++;
            loop.Busy = turns < 2;
            if (turns == 2)
            {
                loop.Stop();
            }
        };
        Handler closesOther = new(_ =>
        {
            staleCalls++;
            loop.CloseLater(staleCalls == 1 ? second : first);
            Assert.True(Sys.SocketPair(out int a, out int b).Ok);
            opened.AddRange([a, b]);
        });
        Assert.True(loop.Add(first, closesOther));
        Assert.True(loop.Add(second, closesOther));
        Assert.True(Sys.Write(firstPeer, "x"u8).Ok);
        Assert.True(Sys.Write(secondPeer, "x"u8).Ok);
        loop.Run();
        Assert.Equal(1, staleCalls);
        Assert.DoesNotContain(second, opened);
        Assert.DoesNotContain(first, opened);

        // The number is free now, and the loop must not take it for the old one.
        Assert.True(Sys.SocketPair(out int third, out int thirdPeer).Ok);
        int calls = 0;
        Handler counts = new(_ =>
        {
            calls++;
            loop.Stop();
        });
        loop.TurnEnded = () => { };
        Assert.True(loop.Add(third, counts));
        loop.Run();
        Assert.Equal(1, calls);
        foreach (int fd in (int[])[firstPeer, secondPeer, third, thirdPeer, .. opened])
        {
            Sys.Close(fd);
        }
    }

    [Fact]
    public void RemovedDescriptor_StaysOpenAndSilent()
    {
        using EventLoop loop = new();
        Assert.True(Sys.SocketPair(out int ours, out int theirs).Ok);
        Assert.True(loop.Add(ours, new Handler(_ => Assert.Fail("it was removed"))));
        loop.Remove(ours);
        loop.Remove(ours);
        Assert.True(Sys.Write(theirs, "x"u8).Ok);
        RunOneTurn(loop);
        Assert.True(Sys.Read(ours, new byte[1]).Ok);
        Sys.Close(ours);
        Sys.Close(theirs);
    }

    [Fact]
    public void ManyDescriptors_AreAllHeard()
    {
        using EventLoop loop = new();
        List<int> all = [];
        HashSet<int> heard = [];
        for (int i = 0; i < 600; i++)
        {
            Assert.True(Sys.SocketPair(out int ours, out int theirs).Ok);
            all.AddRange([ours, theirs]);
            Assert.True(loop.Add(ours, new Handler(_ =>
            {
                heard.Add(ours);
                if (heard.Count == 600)
                {
                    loop.Stop();
                }
            })));
        }

        loop.Run();
        all.ForEach(loop.CloseLater);
    }

    [Fact]
    public void PeersEnd_IsToldApartFromData()
    {
        using EventLoop loop = new();
        Assert.True(Sys.SocketPair(out int ours, out int theirs).Ok);
        Ready seen = Ready.None;
        Assert.True(loop.Add(ours, new Handler(events =>
        {
            seen = events;
            loop.Stop();
        })));
        Sys.Close(theirs);
        loop.Run();
        Assert.True(seen.HasFlag(Ready.PeerClosed | Ready.Read));
        loop.CloseLater(ours);
    }

    [Fact]
    public void FileThatCannotBeWatched_IsRefused()
    {
        using EventLoop loop = new();
        SysResult file = Sys.Open("/etc/passwd", LinuxAbi.O_RDONLY);
        Assert.False(loop.Add(file.Value, new Handler(_ => { })));
        loop.Remove(file.Value);
        Sys.Close(file.Value);
    }

    [Fact]
    public void BusyLoop_DoesNotWait()
    {
        using EventLoop loop = new();
        int turns = 0;
        loop.TurnEnded = () =>
        {
            loop.Busy = ++turns < 5;
            if (turns == 5)
            {
                loop.Stop();
            }
        };
        loop.Busy = true;
        loop.Run();
        Assert.Equal(5, turns);
    }

    [Fact]
    public void Timer_EndsTheWait_AndMaySetItselfAgain()
    {
        using EventLoop loop = new();
        int runs = 0;
        TimerQueue.Timer? timer = null;
        timer = TimerQueue.Create(() =>
        {
            if (++runs == 3)
            {
                loop.Stop();
                return;
            }

            loop.Timers.Set(timer!, loop.Now + 1000);
        });
        loop.Timers.Set(timer, loop.Now + 1000);
        loop.Run();
        Assert.Equal(3, runs);
    }

    [Fact]
    public void TimerThatStopsAnother_InTheSameTurn_IsObeyed()
    {
        TimerQueue queue = new();
        TimerQueue.Timer second = TimerQueue.Create(() => Assert.Fail("it was switched off"));
        TimerQueue.Timer first = TimerQueue.Create(() => queue.Set(second, long.MaxValue));
        queue.Set(first, 1);
        queue.Set(second, 2);
        queue.Expire(10);
        Assert.Equal(long.MaxValue, queue.Next);
    }

    [Fact]
    public void Timers_RunInOrderOfDeadline_AndMovedOnesOnlyOnce()
    {
        TimerQueue queue = new();
        List<string> ran = [];
        TimerQueue.Timer first = TimerQueue.Create(() => ran.Add("first"));
        TimerQueue.Timer second = TimerQueue.Create(() => ran.Add("second"));
        TimerQueue.Timer off = TimerQueue.Create(() => ran.Add("off"));
        queue.Set(second, 10);
        queue.Set(first, 30);
        queue.Set(first, 5);
        queue.Set(off, 7);
        queue.Set(off, long.MaxValue);
        Assert.Equal(5, queue.Next);
        queue.Expire(4);
        Assert.Empty(ran);
        queue.Expire(100);
        Assert.Equal(["first", "second"], ran);
        Assert.Equal(long.MaxValue, queue.Next);
    }

    [Theory]
    [InlineData("192.0.2.1", 80)]
    [InlineData("2001:db8::1", 65535)]
    public void SocketAddress_RoundTrips(string text, ushort port)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        byte[] bytes = new byte[SocketAddress.MaxSize];
        int length = SocketAddress.Write(new Endpoint(address, port), bytes);
        Assert.True(SocketAddress.TryRead(bytes.AsSpan(0, length), out Endpoint read));
        Assert.Equal(new Endpoint(address, port), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0200")]
    [InlineData("02000050C0000201")]
    [InlineData("01000050C00002010000000000000000")]
    [InlineData("0A000050000000002001")]
    [InlineData("0A00005000000000200100000000000000000000000000")]
    public void SocketAddress_OutOfForm_IsRefused(string hex) =>
        Assert.False(SocketAddress.TryRead(Convert.FromHexString(hex), out _));

    [Fact]
    public void MappedSocketAddress_IsIpv4()
    {
        Assert.True(SocketAddress.TryRead(Convert.FromHexString("0A0000500000000000000000000000000000FFFFC000020100000000"), out Endpoint endpoint));
        Assert.Equal("192.0.2.1:80", endpoint.ToString());
    }

    private static void RunOneTurn(EventLoop loop)
    {
        loop.Busy = true;
        loop.TurnEnded = loop.Stop;
        loop.Run();
    }

    private sealed class Handler(Action<Ready> action) : IReady
    {
        public void OnReady(Ready events) => action(events);
    }
}
