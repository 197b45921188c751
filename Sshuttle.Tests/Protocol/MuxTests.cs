using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>Single rules of the mux, seen from outside: bytes in, bytes out.</summary>
public class MuxTests
{
    private const string Greeting = "sshuttle-e1 version=9 window=1000";
    private readonly Mux mux = new(MuxPair.Options);

    [Fact]
    public void Start_GreetsFirst()
    {
        mux.Start();
        Assert.Equal(["0 PING sshuttle-e1 version=test window=16384"], Output());
        Assert.Null(mux.PeerSpeaksE1);
    }

    [Fact]
    public void Greeting_IsUnderstoodAndAnswered()
    {
        Receive(0, Command.Ping, Greeting);
        Assert.True(mux.PeerSpeaksE1);
        Assert.Equal(new Hello("9", 1000), mux.Peer);
        Assert.Equal(["0 PONG " + Greeting], Output());
    }

    [Theory]
    [InlineData(0, Command.Ping, "chicken")]
    [InlineData(0, Command.Routes, "")]
    [InlineData(0, Command.Pong, Greeting)]
    [InlineData(1, Command.Ping, Greeting)]
    public void AnyOtherFirstFrame_MeansTheBaseProtocol_ForGood(int channel, Command command, string payload)
    {
        Receive((ushort)channel, command, payload);
        Assert.False(mux.PeerSpeaksE1);
        Receive(0, Command.Ping, Greeting);
        Assert.False(mux.PeerSpeaksE1);
    }

    [Fact]
    public void BadGreeting_IsFatal() =>
        Assert.Throws<Fatal>(() => Receive(0, Command.Ping, "sshuttle-e1 version=9"));

    [Fact]
    public void LaterPing_IsJustEchoed_PongAndAckAreNotShown()
    {
        Greeted();
        Assert.Empty(Receive(0, Command.Ping, "\0 anything"));
        Assert.Empty(Receive(0, Command.Pong, "whatever"));
        Assert.Empty(Receive(0, Command.Ack, Ack(0)));
        Assert.Equal(["0 PONG \0 anything"], Output());
    }

    [Theory]
    [InlineData(3, Command.Ping)]
    [InlineData(3, Command.Pong)]
    [InlineData(3, Command.Ack)]
    [InlineData(0, (Command)0x4299)]
    [InlineData(77, Command.TcpData)]
    public void WhatHasNoPlace_IsShownAsItIs(int channel, Command command)
    {
        Greeted();
        Assert.Equal([$"{channel} {CommandNames.Of(command)} xy"], Receive((ushort)channel, command, "xy"));
        Assert.Empty(Output());
    }

    [Fact]
    public void Garbage_IsFatal() => Assert.Throws<Fatal>(() => ReceiveBytes("bash: command not found\n"u8));

    [Fact]
    public void Credit_StartsWithTheGreetingAndGrowsByWindow()
    {
        Greeted();
        Channel channel = mux.Channels.Open(null)!;
        Assert.Equal(0, mux.DataRoom(channel));
        mux.Opened(channel, 0);
        Assert.Equal(1000, mux.DataRoom(channel));
        Assert.Equal(1000, mux.ReserveData(channel, 5000).Length);
        mux.CommitData(channel, 400);
        Assert.Equal(600, mux.DataRoom(channel));
        Assert.Single(Receive(1, Command.Window, "\0\0\x01\0"));
        Assert.Equal(856, mux.DataRoom(channel));
        Assert.Equal(10, mux.ReserveData(channel, 10).Length);
        mux.CommitData(channel, 0);
        Assert.Equal(856, mux.DataRoom(channel));
    }

    [Theory]
    [InlineData("\0\0\x01")]
    [InlineData("")]
    [InlineData("\0\0\0\x01\0")]
    public void WindowOutOfForm_GivesNothing(string payload)
    {
        Greeted();
        Channel channel = Open();
        Assert.Single(Receive(1, Command.Window, payload));
        Assert.Equal(1000, channel.SendCredit);
    }

    [Fact]
    public void Credit_DoesNotOverflow()
    {
        Greeted();
        Channel channel = Open();
        for (int i = 0; i < 5; i++)
        {
            Receive(1, Command.Window, "\xff\xff\xff\xff");
        }

        Assert.Equal(uint.MaxValue, channel.SendCredit);
    }

    [Fact]
    public void Opened_GivesTheOtherEndItsWindow_BehindTheConnect()
    {
        Greeted();
        Channel channel = mux.Channels.Open(null)!;
        mux.Send(channel.Id, Command.TcpConnect, "2,192.0.2.1,80"u8);
        mux.Opened(channel, 0);
        Assert.Equal(["1 TCP_CONNECT 2,192.0.2.1,80", "1 WINDOW \0\x03\xc0\0"], Output());
        Assert.Equal(256 << 10, channel.ReceiveCredit);
    }

    [Fact]
    public void MoreThanTheCredit_ResetsThatChannelAtBothEnds()
    {
        Greeted();
        Channel channel = Open();
        string block = new('x', 64 << 10);
        for (int i = 0; i < 4; i++)
        {
            Assert.Single(Receive(1, Command.TcpData, block[..^1]));
        }

        Assert.Equal(4, channel.ReceiveCredit);
        Assert.Equal(["1 RESET \0\x09"], Receive(1, Command.TcpData, "12345"));
        Assert.Contains("1 RESET \0\x09", Output());
        Assert.Equal(HalfActions.Release | HalfActions.Abort, mux.Apply(channel, HalfEvent.RemoteReset));
        Assert.Equal(0, mux.Promised);
    }

    [Fact]
    public void DataBehindItsEnd_IsDropped()
    {
        Greeted();
        Channel channel = Open();
        mux.Apply(channel, HalfEvent.RemoteEof);
        Assert.Empty(Receive(1, Command.TcpData, "late"));
        Assert.Equal(0, channel.Unconsumed);
        Assert.Equal(0, mux.Promised);
    }

    [Fact]
    public void ConsumedData_GivesCreditBack_InLargeParts()
    {
        Greeted();
        Channel channel = Open();
        for (int i = 0; i < 4; i++)
        {
            Receive(1, Command.TcpData, new string('x', 16 << 10));
            Output();
            Assert.Equal((256 - (16 * i)) << 10, mux.Promised);
            mux.Consumed(channel, 16 << 10, 10_000_000);
            Assert.Equal(i == 3 ? ["1 WINDOW \0\x01\0\0"] : [], Output());
        }

        Assert.Equal(256 << 10, channel.ReceiveCredit);
    }

    [Fact]
    public void Reset_TellsThePythonProgramInItsOwnWords()
    {
        Receive(0, Command.Ping, "chicken");
        Channel channel = Open();
        Output();
        HalfActions actions = mux.Apply(channel, HalfEvent.LocalReset, ResetReason.Refused);
        Assert.True((actions & HalfActions.Close) != 0);
        Assert.Equal(["1 TCP_EOF ", "1 TCP_STOP_SENDING "], Output());
        Assert.Equal(0, mux.Channels.Count);
    }

    [Fact]
    public void Reset_CarriesItsReason()
    {
        Greeted();
        Channel channel = Open();
        mux.Apply(channel, HalfEvent.LocalReset, ResetReason.Refused);
        Assert.Equal(["1 RESET \0\x01"], Output());
        Assert.Null(mux.Channels.Find(1));
    }

    [Fact]
    public void OpenBeforeThePeerIsKnown_IsAMistake() =>
        Assert.Throws<InvalidOperationException>(() => mux.Opened(mux.Channels.Open(null)!, 0));

    [Fact]
    public void Frames_FillABlockAlone_AndShareTheLinkInSmallerOnes()
    {
        Greeted();
        Channel one = Open();
        Channel two = Open();
        one.SendCredit = two.SendCredit = 1 << 30;
        Commit(one);
        mux.EndTurn(0);
        Assert.Equal(65528, mux.DataRoom(one));
        Assert.Equal(16384, mux.DataRoom(two));
        Commit(two);
        Assert.Equal(16384, mux.DataRoom(one));
        Commit(one);
        mux.EndTurn(0);
        Assert.Equal(16384, mux.DataRoom(one));
        Commit(one);
        mux.EndTurn(0);
        Assert.Equal(65528, mux.DataRoom(one));
    }

    [Fact]
    public void WholeBlock_IsOneFrame()
    {
        Greeted();
        Channel channel = Open();
        channel.SendCredit = 1 << 30;
        Output();
        for (int i = 0; i < 3; i++)
        {
            mux.CommitData(channel, mux.ReserveData(channel, int.MaxValue).Length);
        }

        // The first begins behind the greeting's answer and leaves the block when that is nearly full.
        mux.Sent(mux.Outbound.Length, 0);
        Assert.Equal(Mux.BlockSize, mux.Outbound.Length);
        mux.Sent(mux.Outbound.Length, 0);
        Assert.Equal(Mux.BlockSize, mux.Outbound.Length);
    }

    [Fact]
    public void LargestControlFrame_IsSent()
    {
        Greeted();
        mux.Send(0, Command.HostList, new byte[Frame.MaxPayload]);
        Assert.Single(Output());
        Assert.Throws<ArgumentOutOfRangeException>(() => mux.Send(0, Command.HostList, new byte[Frame.MaxPayload + 1]));
    }

    [Fact]
    public void ControlFrames_OvertakeBulk_ButNotEachOther()
    {
        Greeted();
        Channel channel = Open();
        Output();
        channel.SendCredit = 1 << 30;
        for (int i = 0; i < 4; i++)
        {
            mux.CommitData(channel, mux.ReserveData(channel, int.MaxValue).Length);
        }

        mux.Send(7, Command.TcpConnect, "x"u8);
        mux.Send(1, Command.TcpEof, []);
        mux.Send(7, Command.Window, "y"u8);
        mux.Send(8, Command.DnsReq, "z"u8);
        List<string> order = Output().ConvertAll(f => string.Join(' ', f.Split(' ')[..2]));
        int connect = order.IndexOf("7 TCP_CONNECT");
        Assert.InRange(connect, 1, 2);
        Assert.Equal(connect + 1, order.IndexOf("7 WINDOW"));
        Assert.Equal(connect + 2, order.IndexOf("8 DNS_REQ"));
        Assert.Equal("1 TCP_EOF", order[^1]);
    }

    [Fact]
    public void Bound_StopsDataUntilAcknowledged()
    {
        Mux small = new(MuxPair.Options with { LatencyBufferSize = 32 << 10 });
        ReceiveBytes(small, Wire(0, Command.Ping, Greeting));
        Channel channel = small.Channels.Open(null)!;
        small.Opened(channel, 0);
        channel.SendCredit = 1 << 30;
        long sent = 0;
        while (small.DataRoom(channel) > 0)
        {
            int room = small.ReserveData(channel, int.MaxValue).Length;
            small.CommitData(channel, room);
            sent += room;
        }

        Assert.InRange(sent, 31 << 10, 48 << 10);
        while (small.Outbound.Length > 0)
        {
            small.Sent(small.Outbound.Length, 1_000);
        }

        Assert.Equal(0, small.DataRoom(channel));
        ReceiveBytes(small, Wire(0, Command.Ack, Ack(small.SentTotal)), 51_000);
        Assert.True(small.DataRoom(channel) > 0);
        Assert.Equal(50_000, small.LinkControl.MinRoundTrip);
    }

    [Fact]
    public void NoLatencyControl_LeavesOnlyMemoryAsABound()
    {
        Mux free = new(MuxPair.Options with { LatencyControl = false, LatencyBufferSize = 1000 });
        Assert.Equal(MuxPair.Options.MemoryBudget, free.LinkControl.Bound);
    }

    [Fact]
    public void Ack_WaitsAMoment_ThenGoesAlone()
    {
        Greeted();
        Receive(0, Command.Routes, "");
        mux.EndTurn(1_000_000);
        Assert.Equal(1_020_000, mux.NextDeadline);
        mux.EndTurn(1_019_999);
        Assert.Empty(Output());
        mux.EndTurn(1_020_000);
        Assert.Equal(["0 ACK " + Ack(mux.ReceivedTotal)], Output());
        Assert.Equal(long.MaxValue, mux.NextDeadline);
    }

    [Fact]
    public void Ack_GoesAlongWithOtherOutput_AndAtOnceForMuchData()
    {
        Greeted();
        Receive(0, Command.Ping, "x");
        mux.EndTurn(0);
        Assert.Equal(["0 PONG x", "0 ACK " + Ack(mux.ReceivedTotal)], Output());
        Receive(99, Command.TcpData, new string('x', 32 << 10));
        mux.EndTurn(0);
        Assert.Equal(["0 ACK " + Ack(mux.ReceivedTotal)], Output());
    }

    [Fact]
    public void Ack_IsNotItselfAcknowledged_ButCounted()
    {
        Greeted();
        long before = mux.ReceivedTotal;
        Receive(0, Command.Ack, Ack(0));
        Assert.Equal(before + 16, mux.ReceivedTotal);
        mux.EndTurn(0);
        Assert.Equal(long.MaxValue, mux.NextDeadline);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void Ack_OfMoreThanWasSent_IsFatal(long beyond)
    {
        Greeted();
        long total = beyond == 1 ? mux.SentTotal + 1 : beyond;
        Assert.Throws<Fatal>(() => Receive(0, Command.Ack, Ack(total)));
    }

    [Fact]
    public void Ack_GoingBack_IsFatal()
    {
        Greeted();
        Receive(0, Command.Ack, Ack(mux.SentTotal));
        Assert.Throws<Fatal>(() => Receive(0, Command.Ack, Ack(mux.SentTotal - 1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0\0\0\0")]
    [InlineData("\x80\0\0\0\0\0\0\0")]
    public void Ack_OutOfForm_IsFatal(string payload)
    {
        Greeted();
        Assert.Throws<Fatal>(() => Receive(0, Command.Ack, payload));
    }

    [Fact]
    public void PeerThatNeverAcknowledges_IsFatal_BeforeMemoryIsGone()
    {
        Greeted();
        byte[] payload = new byte[60_000];
        Assert.Throws<Fatal>(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                Receive(0, Command.Ping, Encoding.Latin1.GetString(payload));
                mux.Sent(mux.Outbound.Length, 0);
            }
        });
    }

    [Fact]
    public void PeerThatDoesNotRead_IsNoLongerRead()
    {
        Greeted();
        string payload = new('x', 60_000);
        for (int i = 0; i < 80 && !mux.OverBudget; i++)
        {
            Receive(0, Command.Ping, payload);
        }

        Assert.True(mux.OverBudget);
        Assert.InRange(mux.Unsent, 4 << 20, 5 << 20);
        Output();
        Assert.False(mux.OverBudget);
    }

    [Fact]
    public void Exit_AndNamesAreShown() => Assert.Equal(["0 EXIT "], Receive(0, Command.Exit, ""));

    private static string Ack(long total)
    {
        byte[] payload = new byte[Payloads.AckSize];
        Payloads.WriteAck(payload, total);
        return Encoding.Latin1.GetString(payload);
    }

    private static byte[] Wire(int channel, Command command, string payload)
    {
        byte[] frame = new byte[Frame.HeaderSize + payload.Length];
        Frame.WriteHeader(frame, (ushort)channel, command, payload.Length);
        Encoding.Latin1.GetBytes(payload, frame.AsSpan(Frame.HeaderSize));
        return frame;
    }

    private static List<string> ReceiveBytes(Mux mux, ReadOnlySpan<byte> bytes, long now = 0)
    {
        bytes.CopyTo(mux.Inbound);
        mux.Received(bytes.Length, now);
        List<string> shown = [];
        while (mux.TryReceive(out Frame frame))
        {
            shown.Add(Show(frame));
        }

        return shown;
    }

    private static string Show(in Frame frame) =>
        $"{frame.Channel} {CommandNames.Of(frame.Command)} {Encoding.Latin1.GetString(frame.Payload)}";

    private List<string> ReceiveBytes(ReadOnlySpan<byte> bytes) => ReceiveBytes(mux, bytes);

    private List<string> Receive(int channel, Command command, string payload) =>
        ReceiveBytes(mux, Wire(channel, command, payload));

    private void Greeted()
    {
        mux.Start();
        Receive(0, Command.Ping, Greeting);
        mux.EndTurn(0);
        Output();
        mux.EndTurn(0);
    }

    private Channel Open()
    {
        Channel channel = mux.Channels.Open(null)!;
        mux.Opened(channel, 0);
        Output();
        return channel;
    }

    private void Commit(Channel channel)
    {
        mux.ReserveData(channel, 100);
        mux.CommitData(channel, 100);
    }

    private List<string> Output()
    {
        List<byte> all = [];
        while (mux.Outbound.Length > 0)
        {
            all.AddRange(mux.Outbound);
            mux.Sent(mux.Outbound.Length, 0);
        }

        List<string> frames = [];
        ReadOnlySpan<byte> rest = all.ToArray();
        while (Frame.TryRead(rest, out Frame frame, out int used))
        {
            frames.Add(Show(frame));
            rest = rest[used..];
        }

        Assert.True(rest.IsEmpty);
        return frames;
    }
}
