using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>What the Python program's ends were seen to send, and what ours must answer.</summary>
public class UpstreamTranscriptTests : MuxProbe
{
    private const string OurGreeting = "0 PING sshuttle-e1 version=test window=16384";

    [Fact]
    public void PythonServer_StartsUp()
    {
        byte[] start = Convert.FromHexString(
            "00005353485554544c4530303031"
            + "5353000042010007" + "636869636b656e"
            + "535300004207002d" + "322c31302e37372e302e302c32340a322c31302e38382e302e302c32340a322c31302e39392e302e302c31360a"
            + "5353000042020007" + "636869636b656e");
        Assert.Equal(SyncHeader.Bytes, start.AsSpan(0, SyncHeader.Bytes.Length));
        Mux.Start();
        List<string> shown = Receive(start[SyncHeader.Bytes.Length..]);
        Assert.Equal(["0 ROUTES 2,10.77.0.0,24\n2,10.88.0.0,24\n2,10.99.0.0,16\n"], shown);
        Assert.False(Mux.PeerSpeaksE1);
        Assert.Equal([OurGreeting, "0 PONG chicken"], Output());
        List<Subnet> routes = [];
        Assert.True(Payloads.TryReadRoutes(Encoding.ASCII.GetBytes(shown[0][9..]), routes));
        Assert.Equal("10.99.0.0/16", routes[2].ToString());
    }

    [Fact]
    public void PythonServer_GetsNoExtension()
    {
        Receive(Wire(0, "PING", "chicken"), Wire(0, "ROUTES", ""));
        Channel channel = Mux.Channels.Open(null)!;
        Mux.Send(channel.Id, Command.TcpConnect, "2,10.88.0.1,80"u8);
        Mux.Opened(channel, 0);
        Put(channel, "GET / HTTP/1.0\r\n\r\n");
        Mux.Apply(channel, HalfEvent.LocalEof);
        Assert.Equal(
            ["0 PONG chicken", "1 TCP_CONNECT 2,10.88.0.1,80", "1 TCP_DATA GET / HTTP/1.0\r\n\r\n", "1 TCP_EOF "],
            Output());
        Assert.Equal(["1 TCP_DATA hello", "1 TCP_EOF "], Receive(Wire(1, "TCP_DATA", "hello"), Wire(1, "TCP_EOF", "")));
        Mux.Consumed(channel, 5, 0);
        Assert.Equal(HalfActions.Release, Mux.Apply(channel, HalfEvent.RemoteEof));
        Mux.EndTurn(1_000_000);
        Assert.Empty(Output());
        Assert.Equal(long.MaxValue, Mux.NextDeadline);
        Assert.Equal(0, Mux.Channels.Count);
    }

    [Fact]
    public void PythonServer_RefusedConnect_EndsTheChannel()
    {
        Receive(Wire(0, "PING", "chicken"));
        Channel channel = Mux.Channels.Open(null)!;
        Mux.Opened(channel, 0);
        Mux.Apply(channel, HalfEvent.RemoteEof);
        Mux.Apply(channel, HalfEvent.Drained);
        Assert.Equal(HalfActions.Release | HalfActions.Close, Mux.Apply(channel, HalfEvent.RemoteStop));
    }

    [Fact]
    public void PythonClient_Session()
    {
        Mux.Start();
        List<string> shown = Receive(
            Wire(0, "PING", "chicken"),
            Wire(0, "HOST_REQ", "gamma.test\ndelta"),
            Wire(0, "PONG", "sshuttle-e1 version=test window=16384"),
            Wire(1, "UDP_OPEN", "2"),
            Wire(1, "UDP_DATA", "10.88.0.1,7777,aaaaa"),
            Wire(2, "TCP_CONNECT", "2,10.88.0.1,80"),
            Wire(2, "TCP_DATA", "GET /"),
            Wire(2, "TCP_EOF", ""),
            Wire(3, "DNS_REQ", new string('q', 49)));
        Assert.Equal(
            [
                "0 HOST_REQ gamma.test\ndelta", "1 UDP_OPEN 2", "1 UDP_DATA 10.88.0.1,7777,aaaaa",
                "2 TCP_CONNECT 2,10.88.0.1,80", "2 TCP_DATA GET /", "2 TCP_EOF ", "3 DNS_REQ " + new string('q', 49),
            ],
            shown);
        Assert.False(Mux.PeerSpeaksE1);
        Assert.Equal([OurGreeting, "0 PONG chicken"], Output());
    }

    [Fact]
    public void PythonClient_GetsEofAndStopForARefusedConnect()
    {
        Receive(Wire(0, "PING", "chicken"));
        Output();
        Channel channel = Mux.Channels.Register(2, null)!;
        Mux.Opened(channel, 0);
        Mux.Apply(channel, HalfEvent.LocalReset, ResetReason.Refused);
        Assert.Equal(["2 TCP_EOF ", "2 TCP_STOP_SENDING "], Output());
    }

    [Fact]
    public void Bulk_StopsAtTheBuffer_UntilThePong()
    {
        Receive(Wire(0, "PING", "chicken"));
        Receive(Wire(0, "PONG", "chicken"));
        Channel channel = Open();
        long sent = Fill(channel);
        Assert.InRange(sent, 32 << 10, 48 << 10);
        List<string> frames = Output();
        Assert.All(frames[..^1], f => Assert.True(f.Length <= 16384 + 20));
        Assert.Equal("0 PING rttest", frames[^1]);
        Mux.EndTurn(0);
        Assert.Equal(0, Mux.DataRoom(channel));
        Assert.Empty(Output());

        // Control frames are not held back, and count.
        Mux.Send(5, Command.DnsReq, "query"u8);
        Assert.Equal(["5 DNS_REQ query"], Output());

        Receive(Wire(0, "PONG", "rttest"));
        Assert.InRange(Fill(channel), 32 << 10, 48 << 10);
    }

    [Fact]
    public void BufferSizeOption_MovesTheLimit()
    {
        Mux larger = new(MuxPair.Options with { LatencyBufferSize = 100_000 });
        Assert.InRange(FillNew(larger), 100_000, 100_000 + 16384);
    }

    [Fact]
    public void NoLatencyControl_OnlyTheWatermarkHolds()
    {
        Mux free = new(MuxPair.Options with { LatencyControl = false });
        Assert.InRange(FillNew(free), Mux.OutboundWatermark - 16384, Mux.OutboundWatermark + 16384);
    }

    [Fact]
    public void SlowSocket_PausesTheLink_WhereNoCreditDoes()
    {
        Receive(Wire(0, "PING", "chicken"));
        BlockQueue queue = new(Mux.InboundPool);
        while (Mux.InboundPool.BytesInUse <= MuxPair.Options.MemoryBudget)
        {
            Assert.False(Mux.OverBudget);
            queue.Append(new byte[60_000]);
        }

        Assert.True(Mux.OverBudget);
        queue.Clear();
        Assert.False(Mux.OverBudget);
    }

    [Fact]
    public void WrittenOutput_IsNotKept()
    {
        Mux.Start();
        Output();
        Receive(Wire(0, "PING", "chicken"));
        Output();
        Assert.Equal(0, Mux.InFlight);
    }

    private static byte[] Wire(int channel, string command, string payload) =>
        Wire(channel, Array.Find(Enum.GetValues<Command>(), c => CommandNames.Of(c) == command), payload);

    private static long FillNew(Mux fresh)
    {
        byte[] ping = Wire(0, "PING", "chicken");
        ping.CopyTo(fresh.Inbound);
        fresh.Received(ping.Length, 0);
        Assert.False(fresh.TryReceive(out _));
        Channel channel = fresh.Channels.Open(null)!;
        fresh.Opened(channel, 0);
        return Fill(fresh, channel);
    }

    private static long Fill(Mux mux, Channel channel)
    {
        long sent = 0;
        while (mux.ReserveData(channel, int.MaxValue) is { IsEmpty: false } room)
        {
            mux.CommitData(channel, room.Length);
            sent += room.Length;
        }

        mux.EndTurn(0);
        return sent;
    }

    private long Fill(Channel channel) => Fill(Mux, channel);

    private void Put(Channel channel, string text)
    {
        Encoding.ASCII.GetBytes(text, Mux.ReserveData(channel, text.Length));
        Mux.CommitData(channel, text.Length);
    }

    private List<string> Receive(params byte[][] chunks)
    {
        List<string> shown = [];
        foreach (byte[] chunk in chunks)
        {
            shown.AddRange(ReceiveBytes(chunk));
        }

        return shown;
    }
}
