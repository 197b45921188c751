using System;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>Single rules of the mux, seen from outside: bytes in, bytes out.</summary>
public class MuxTests : MuxProbe
{
    [Fact]
    public void Start_GreetsFirst()
    {
        Mux.Start();
        Assert.Equal(["0 PING sshuttle-e1 version=test window=16384"], Output());
        Assert.Null(Mux.PeerSpeaksE1);
    }

    [Fact]
    public void Greeting_IsUnderstoodAndAnswered()
    {
        Receive(0, Command.Ping, Greeting);
        Assert.True(Mux.PeerSpeaksE1);
        Assert.Equal(new Hello("9", 1000), Mux.Peer);
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
        Assert.False(Mux.PeerSpeaksE1);
        Receive(0, Command.Ping, Greeting);
        Assert.False(Mux.PeerSpeaksE1);
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
        Channel channel = Mux.Channels.Open(null)!;
        Assert.Equal(0, Mux.DataRoom(channel));
        Mux.Opened(channel, 0);
        Assert.Equal(1000, Mux.DataRoom(channel));
        Assert.Equal(1000, Mux.ReserveData(channel, 5000).Length);
        Mux.CommitData(channel, 400);
        Assert.Equal(600, Mux.DataRoom(channel));
        Assert.Single(Receive(1, Command.Window, "\0\0\x01\0"));
        Assert.Equal(856, Mux.DataRoom(channel));
        Assert.Equal(10, Mux.ReserveData(channel, 10).Length);
        Mux.CommitData(channel, 0);
        Assert.Equal(856, Mux.DataRoom(channel));
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
        Channel channel = Mux.Channels.Open(null)!;
        Mux.Send(channel.Id, Command.TcpConnect, "2,192.0.2.1,80"u8);
        Mux.Opened(channel, 0);
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
        Assert.Equal(HalfActions.Release | HalfActions.Abort, Mux.Apply(channel, HalfEvent.RemoteReset));
        Assert.Equal(0, Mux.Promised);
    }

    [Fact]
    public void DataBehindItsEnd_IsDropped()
    {
        Greeted();
        Channel channel = Open();
        Mux.Apply(channel, HalfEvent.RemoteEof);
        Assert.Empty(Receive(1, Command.TcpData, "late"));
        Assert.Equal(0, channel.Unconsumed);
        Assert.Equal(0, Mux.Promised);
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
            Assert.Equal((256 - (16 * i)) << 10, Mux.Promised);
            Mux.Consumed(channel, 16 << 10, 10_000_000);
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
        HalfActions actions = Mux.Apply(channel, HalfEvent.LocalReset, ResetReason.Refused);
        Assert.True((actions & HalfActions.Close) != 0);
        Assert.Equal(["1 TCP_EOF ", "1 TCP_STOP_SENDING "], Output());
        Assert.Equal(0, Mux.Channels.Count);
    }

    [Fact]
    public void Reset_CarriesItsReason()
    {
        Greeted();
        Channel channel = Open();
        Mux.Apply(channel, HalfEvent.LocalReset, ResetReason.Refused);
        Assert.Equal(["1 RESET \0\x01"], Output());
        Assert.Null(Mux.Channels.Find(1));
    }

    [Fact]
    public void OpenBeforeThePeerIsKnown_IsAMistake() =>
        Assert.Throws<InvalidOperationException>(() => Mux.Opened(Mux.Channels.Open(null)!, 0));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnythingAtAll_IsTakenOrFatal(bool speaksE1)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            Mux target = new(MuxPair.Options with { MemoryBudget = 1 << 20 });
            target.Start();
            ReceiveBytes(target, Wire(0, Command.Ping, speaksE1 ? Greeting : "chicken"));
            for (int i = 0; i < 4; i++)
            {
                target.Opened(target.Channels.Open(null)!, 0);
            }

            try
            {
                for (int i = 0; i < 60; i++)
                {
                    byte[] payload = new byte[random.Next(4) switch { 0 => 0, 1 => random.Next(12), _ => random.Next(3000) }];
                    random.NextBytes(payload);
                    Command command = (Command)(0x4200 + (random.Next(3) == 0 ? random.Next(0x50) : random.Next(0x0f)));
                    ReceiveBytes(target, Wire(random.Next(6), command, Encoding.Latin1.GetString(payload)), i);
                    if (random.Next(3) == 0 && target.Channels.Find((ushort)random.Next(1, 5)) is Channel channel)
                    {
                        target.Apply(channel, (HalfEvent)random.Next(HalfClose.Events));
                    }

                    target.EndTurn(i);
                    target.Sent(random.Next(target.Outbound.Length + 1), i);
                    Assert.InRange(target.Promised, 0, 4 * ReceiveWindows.Usual);
                }
            }
            catch (Fatal fatal)
            {
                Assert.StartsWith("protocol error: ", fatal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void PeerThatDoesNotRead_IsNoLongerRead()
    {
        Greeted();
        string payload = new('x', 60_000);
        for (int i = 0; i < 80 && !Mux.OverBudget; i++)
        {
            Receive(0, Command.Ping, payload);
        }

        Assert.True(Mux.OverBudget);
        Assert.InRange(Mux.Unsent, 4 << 20, 5 << 20);
        Output();
        Assert.False(Mux.OverBudget);
    }

    [Fact]
    public void Exit_AndNamesAreShown() => Assert.Equal(["0 EXIT "], Receive(0, Command.Exit, ""));
}
