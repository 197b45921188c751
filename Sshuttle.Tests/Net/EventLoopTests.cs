using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Native;
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

    private sealed class Handler(Action<Ready> action) : IReady
    {
        public void OnReady(Ready events) => action(events);
    }
}
