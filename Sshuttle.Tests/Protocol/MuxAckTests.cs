using System.Text;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>Acknowledgements, and the bound on what is on its way.</summary>
public class MuxAckTests : MuxProbe
{
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
        Assert.Equal(LinkControl.LargestBound, free.LinkControl.Bound);
    }

    [Fact]
    public void Ack_WaitsAMoment_ThenGoesAlone()
    {
        Greeted();
        Receive(0, Command.Routes, "");
        Mux.EndTurn(1_000_000);
        Assert.Equal(1_020_000, Mux.NextDeadline);
        Mux.EndTurn(1_019_999);
        Assert.Empty(Output());
        Mux.EndTurn(1_020_000);
        Assert.Equal(["0 ACK " + Ack(Mux.ReceivedTotal)], Output());
        Assert.Equal(long.MaxValue, Mux.NextDeadline);
    }

    [Fact]
    public void Ack_GoesAlongWithOtherOutput_AndAtOnceForMuchData()
    {
        Greeted();
        Receive(0, Command.Ping, "x");
        Mux.EndTurn(0);
        Assert.Equal(["0 PONG x", "0 ACK " + Ack(Mux.ReceivedTotal)], Output());
        Receive(99, Command.TcpData, new string('x', 50_000));
        for (int i = 1; i < 6; i++)
        {
            Receive(99, Command.TcpData, new string('x', 50_000));
        }

        Mux.EndTurn(0);
        Assert.Equal(["0 ACK " + Ack(Mux.ReceivedTotal)], Output());
    }

    [Fact]
    public void Ack_OfData_GoesAtOnce_ButNotTooOften()
    {
        Greeted();
        Receive(99, Command.TcpData, new string('x', 2000));
        Mux.EndTurn(5_000);
        Assert.Equal(["0 ACK " + Ack(Mux.ReceivedTotal)], Output());
        Receive(99, Command.TcpData, new string('x', 2000));
        Mux.EndTurn(5_300);
        Assert.Empty(Output());
        Assert.Equal(6_000, Mux.NextDeadline);
        Mux.EndTurn(6_000);
        Assert.Equal(["0 ACK " + Ack(Mux.ReceivedTotal)], Output());
    }

    [Fact]
    public void Ack_TellsWhenItsBytesCame_NotWhenItWent()
    {
        Greeted();
        ReceiveBytes(Mux, Wire(99, Command.TcpData, "x"), 7_000);
        Mux.EndTurn(7_000);
        Mux.EndTurn(27_000);
        Assert.Equal(["0 ACK " + Ack(Mux.ReceivedTotal, 7_000)], Output());
    }

    [Fact]
    public void Ack_IsNotItselfAcknowledged_ButCounted()
    {
        Greeted();
        long before = Mux.ReceivedTotal;
        Receive(0, Command.Ack, Ack(0));
        Assert.Equal(before + 24, Mux.ReceivedTotal);
        Mux.EndTurn(0);
        Assert.Equal(long.MaxValue, Mux.NextDeadline);
    }

    [Fact]
    public void ManyAcks_AreAcknowledged()
    {
        Greeted();
        for (int i = 0; i < 43; i++)
        {
            Mux.EndTurn(0);
            Assert.Empty(Output());
            Receive(0, Command.Ack, Ack(0));
        }

        Mux.EndTurn(0);
        Assert.Equal(["0 ACK " + Ack(Mux.ReceivedTotal)], Output());
    }

    [Fact]
    public void SmallestBuffer_DoesNotStopForItsOwnAcks()
    {
        MuxPair pair = new MuxPair(20, MuxPair.Options with { LatencyBufferSize = 1 }).Greeted();
        (MuxSocket near, MuxSocket far) = pair.Connect(200_000, 0);
        Assert.True(pair.DriveUntil(() => far.Taken == 200_000 && near.Sent == 200_000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void Ack_OfMoreThanWasSent_IsFatal(long beyond)
    {
        Greeted();
        long total = beyond == 1 ? Mux.SentTotal + 1 : beyond;
        Assert.Throws<Fatal>(() => Receive(0, Command.Ack, Ack(total)));
    }

    [Fact]
    public void Ack_GoingBack_IsFatal()
    {
        Greeted();
        Receive(0, Command.Ack, Ack(Mux.SentTotal));
        Assert.Throws<Fatal>(() => Receive(0, Command.Ack, Ack(Mux.SentTotal - 1)));
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
            for (int i = 0; i < 1500; i++)
            {
                Receive(0, Command.Ping, Encoding.Latin1.GetString(payload));
                Mux.Sent(Mux.Outbound.Length, 0);
            }
        });
    }
}
