using System;
using System.Collections.Generic;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>Sizes and order of what goes out.</summary>
public class MuxOrderTests() : MuxProbe(MuxPair.Options with { LatencyBufferSize = 4 << 20 })
{
    [Fact]
    public void Frames_FillABlockAlone_AndShareTheLinkInSmallerOnes()
    {
        Greeted();
        Channel one = Open();
        Channel two = Open();
        one.SendCredit = two.SendCredit = 1 << 30;
        Commit(one);
        Mux.EndTurn(0);
        Assert.Equal(65528, Mux.DataRoom(one));
        Assert.Equal(16384, Mux.DataRoom(two));
        Commit(two);
        Assert.Equal(16384, Mux.DataRoom(one));
        Commit(one);
        Mux.EndTurn(0);
        Assert.Equal(16384, Mux.DataRoom(one));
        Commit(one);
        Mux.EndTurn(0);
        Assert.Equal(65528, Mux.DataRoom(one));
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
            Mux.CommitData(channel, Mux.ReserveData(channel, int.MaxValue).Length);
        }

        // The first begins behind the greeting's answer and leaves the block when that is nearly full.
        Mux.Sent(Mux.Outbound.Length, 0);
        Assert.Equal(Mux.BlockSize, Mux.Outbound.Length);
        Mux.Sent(Mux.Outbound.Length, 0);
        Assert.Equal(Mux.BlockSize, Mux.Outbound.Length);
    }

    [Fact]
    public void LargestControlFrame_IsSent()
    {
        Greeted();
        Mux.Send(0, Command.HostList, new byte[Frame.MaxPayload]);
        Assert.Single(Output());
        Assert.Throws<ArgumentOutOfRangeException>(() => Mux.Send(0, Command.HostList, new byte[Frame.MaxPayload + 1]));
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
            Mux.CommitData(channel, Mux.ReserveData(channel, int.MaxValue).Length);
        }

        Mux.Send(7, Command.TcpConnect, "x"u8);
        Mux.Send(1, Command.TcpEof, []);
        Mux.Send(7, Command.Window, "y"u8);
        Mux.Send(8, Command.DnsReq, "z"u8);
        List<string> order = Output().ConvertAll(f => string.Join(' ', f.Split(' ')[..2]));
        int connect = order.IndexOf("7 TCP_CONNECT");
        Assert.InRange(connect, 1, 2);
        Assert.Equal(connect + 1, order.IndexOf("7 WINDOW"));
        Assert.Equal(connect + 2, order.IndexOf("8 DNS_REQ"));
        Assert.Equal("1 TCP_EOF", order[^1]);
    }
}
