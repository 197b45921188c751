using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

public class FirewallWireTests
{
    private static readonly FirewallRequest Full = new()
    {
        Listener4 = Make.Endpoint("127.0.0.1", 12300),
        Listener6 = Make.Endpoint("::1", 12299),
        Subnets = Make.Subnets("0.0.0.0/0", "10.1.2.3/8 80-90", "!2001:db8::/32", "2001:db8::9 443", "192.0.2.1 0-100"),
        Exempt = [Make.Endpoint("192.0.2.9", 22), Make.Endpoint("2001:db8::9", 2222)],
        ServerTtl = 63,
        Nameservers = [new(Make.Address("192.0.2.53"), 12298), new(Make.Address("127.0.0.53"), 12298), new(Make.Address("2001:db8::53"), 12297)],
        Udp = UdpMode.On,
        UdpListener4 = Make.Endpoint("127.0.0.1", 12300),
        UdpListener6 = Make.Endpoint("::1", 12299),
        Uid = 1000,
        Gid = 0,
        Mark = uint.MaxValue,
    };

    [Fact]
    public void Request_ReadsAsText() => Assert.Equal(
        """
        LISTEN 4,127.0.0.1,12300
        LISTEN 6,::1,12299
        SUBNET 4,0,0,0.0.0.0,0,0
        SUBNET 4,8,0,10.1.2.3,80,90
        SUBNET 6,32,1,2001:db8::,0,0
        SUBNET 6,128,0,2001:db8::9,443,443
        SUBNET 4,32,0,192.0.2.1,0,100
        EXEMPT 192.0.2.9,22
        EXEMPT 2001:db8::9,2222
        TTL 63
        NS 192.0.2.53,12298
        NS 127.0.0.53,12298
        NS 2001:db8::53,12297
        UDP on
        UDPLISTEN 4,127.0.0.1,12300
        UDPLISTEN 6,::1,12299
        OWNER 1000,0
        MARK 4294967295
        GO

        """,
        Encoding.ASCII.GetString(FirewallWire.Request(Full)));

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(7)]
    public void Request_ComesBackHoweverItIsSplit(int piece)
    {
        byte[] bytes = FirewallWire.Request(Full);
        LineBuffer buffer = new();
        FirewallRequestParser parser = new();
        for (int at = 0; at < bytes.Length; at += Math.Min(piece, bytes.Length - at))
        {
            Assert.Null(parser.Request);
            buffer.Add(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            while (buffer.TryTake(out string line))
            {
                Assert.True(parser.TryFeed(line), line);
            }
        }

        AssertSame(Full, parser.Request!);
        Assert.False(buffer.HasPartial);
    }

    [Fact]
    public void AnythingBehindGo_IsRefused()
    {
        LineBuffer buffer = new();
        buffer.Add([.. FirewallWire.Request(Full), .. "GO\nx"u8]);
        FirewallRequestParser parser = new();
        while (parser.Request is null && buffer.TryTake(out string line))
        {
            Assert.True(parser.TryFeed(line));
        }

        Assert.True(buffer.TryTake(out string more));
        Assert.False(parser.TryFeed(more));
        Assert.True(buffer.HasPartial);
    }

    [Fact]
    public void EmptyRequest_IsLegal()
    {
        FirewallRequestParser parser = new();
        Assert.True(parser.TryFeed("GO"));
        AssertSame(new FirewallRequest(), parser.Request!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("go")]
    [InlineData("GO ")]
    [InlineData("GO 1")]
    [InlineData("GO\r")]
    [InlineData("HOST a,1.2.3.4")]
    [InlineData("LISTEN")]
    [InlineData("LISTEN 4,127.0.0.1")]
    [InlineData("LISTEN 4,127.0.0.1,0")]
    [InlineData("LISTEN 4,127.0.0.1,65536")]
    [InlineData("LISTEN 4,127.0.0.1,1,1")]
    [InlineData("LISTEN 6,127.0.0.1,1")]
    [InlineData("LISTEN 4,::1,1")]
    [InlineData("LISTEN 2,127.0.0.1,1")]
    [InlineData("LISTEN 4,localhost,1")]
    [InlineData("LISTEN  4,127.0.0.1,1")]
    [InlineData("LISTEN 4, 127.0.0.1,1")]
    [InlineData("LISTEN 4,127.0.0.1,+1")]
    [InlineData("LISTEN 4,127.0.0.1,01")]
    [InlineData("SUBNET 4,33,0,192.0.2.0,0,0")]
    [InlineData("SUBNET 6,129,0,2001:db8::,0,0")]
    [InlineData("SUBNET 4,-1,0,192.0.2.0,0,0")]
    [InlineData("SUBNET 4,24,2,192.0.2.0,0,0")]
    [InlineData("SUBNET 4,24,,192.0.2.0,0,0")]
    [InlineData("SUBNET 4,24,0,192.0.2.0,90,80")]
    [InlineData("SUBNET 4,24,0,192.0.2.0,80,65536")]
    [InlineData("SUBNET 4,24,0,192.0.2.0,80")]
    [InlineData("SUBNET 4,24,0,192.0.2.0; reboot,0,0")]
    [InlineData("SUBNET 6,128,0,fe80::1%eth0,0,0")]
    [InlineData("EXEMPT 192.0.2.9,0")]
    [InlineData("EXEMPT 192.0.2.9")]
    [InlineData("EXEMPT ,22")]
    [InlineData("TTL 0")]
    [InlineData("TTL 256")]
    [InlineData("TTL 63,64")]
    [InlineData("TTL \u0663")]
    [InlineData("NS 192.0.2.53,0")]
    [InlineData("NS 192.0.2.53,65536")]
    [InlineData("NS 192.0.2.53")]
    [InlineData("NS 4,192.0.2.53,1")]
    [InlineData("NS fe80::1%eth0,1")]
    [InlineData("UDP off")]
    [InlineData("UDP ")]
    [InlineData("UDP on,on")]
    [InlineData("UDPLISTEN 4,127.0.0.1,0")]
    [InlineData("UDPLISTEN 6,127.0.0.1,1")]
    [InlineData("OWNER -,-")]
    [InlineData("OWNER 1")]
    [InlineData("OWNER 1,2,3")]
    [InlineData("OWNER root,-")]
    [InlineData("OWNER -1,-")]
    [InlineData("OWNER 4294967295,-")]
    [InlineData("OWNER -,4294967295")]
    [InlineData("OWNER 4294967296,-")]
    [InlineData("MARK 0")]
    [InlineData("MARK 0x1")]
    [InlineData("MARK 4294967296")]
    [InlineData("MARK 1/1")]
    [InlineData("SOCKET tcp,127.0.0.1,1")]
    [InlineData("REPLY 192.0.2.1,53")]
    public void BadLine_IsRefused(string line) => Assert.False(new FirewallRequestParser().TryFeed(line));

    [Theory]
    [InlineData("LISTEN 4,127.0.0.1,1")]
    [InlineData("LISTEN 6,::1,1")]
    [InlineData("TTL 63")]
    [InlineData("UDP on")]
    [InlineData("UDP reject")]
    [InlineData("UDPLISTEN 4,127.0.0.1,1")]
    [InlineData("UDPLISTEN 6,::1,1")]
    [InlineData("OWNER 1,-")]
    [InlineData("OWNER -,1")]
    [InlineData("MARK 1")]
    public void WhatMayStandOnce_IsRefusedTwice(string line)
    {
        FirewallRequestParser parser = new();
        Assert.True(parser.TryFeed(line));
        Assert.False(parser.TryFeed(line));
    }

    [Fact]
    public void MoreSubnetsThanTheLimit_AreRefused()
    {
        FirewallRequestParser parser = new();
        for (int i = 0; i < FirewallRequestParser.MaxSubnets; i++)
        {
            Assert.True(parser.TryFeed("SUBNET 4,24,0,192.0.2.0,0,0"));
        }

        Assert.False(parser.TryFeed("SUBNET 4,24,0,192.0.2.0,0,0"));
    }

    [Fact]
    public void MoreNameserversThanTheLimit_AreRefused()
    {
        FirewallRequestParser parser = new();
        FirewallOrderParser later = new();
        for (int i = 0; i < FirewallRequestParser.MaxNameservers; i++)
        {
            Assert.True(parser.TryFeed("NS 192.0.2.53,1"));
            Assert.True(later.TryFeed("NS 192.0.2.53,1", out _));
        }

        Assert.False(parser.TryFeed("NS 192.0.2.53,1"));
        Assert.False(later.TryFeed("NS 192.0.2.53,1", out _));
    }

    [Theory]
    [InlineData(false, "127.0.0.1", 12300, "SOCKET tcp,127.0.0.1,12300\n")]
    [InlineData(true, "::", 65535, "SOCKET udp,::,65535\n")]
    public void SocketOrder_ComesBack(bool udp, string address, int port, string text)
    {
        SocketOrder order = new(udp, Make.Endpoint(address, port));
        Assert.Equal(text, Encoding.ASCII.GetString(FirewallWire.Socket(order)));
        Assert.True(FirewallOrderParser.TrySocket(text.TrimEnd('\n'), out SocketOrder read));
        Assert.Equal(order, read);
    }

    [Theory]
    [InlineData("SOCKET")]
    [InlineData("SOCKET raw,127.0.0.1,1")]
    [InlineData("SOCKET tcp,127.0.0.1,0")]
    [InlineData("SOCKET tcp,127.0.0.1,65536")]
    [InlineData("SOCKET tcp,127.0.0.1")]
    [InlineData("SOCKET tcp,127.0.0.1,1,1")]
    [InlineData("SOCKET tcp,/run/x,1")]
    [InlineData("SOCKETS tcp,127.0.0.1,1")]
    public void BadSocketOrder_IsRefused(string line) => Assert.False(FirewallOrderParser.TrySocket(line, out _));

    [Fact]
    public void LaterOrders_ComeBack()
    {
        FirewallOrderParser parser = new();
        Endpoint from = Make.Endpoint("2001:db8::9", 443);
        Assert.True(parser.TryFeed(Text(FirewallWire.Reply(from))[0], out FirewallOrder? order));
        Assert.Equal(from, order!.ReplyFrom);
        for (int round = 0; round < 2; round++)
        {
            string[] lines = Text(FirewallWire.Replacement(Full.Nameservers));
            foreach (string line in lines[..^1])
            {
                Assert.True(parser.TryFeed(line, out order));
                Assert.Null(order);
            }

            Assert.Equal("GO", lines[^1]);
            Assert.True(parser.TryFeed("GO", out order));
            Assert.Equal(Full.Nameservers, order!.Nameservers);
        }

        static string[] Text(byte[] lines) => Encoding.ASCII.GetString(lines).TrimEnd('\n').Split('\n');
    }

    [Theory]
    [InlineData("GO")]
    [InlineData("")]
    [InlineData("REPLY")]
    [InlineData("REPLY 192.0.2.1")]
    [InlineData("REPLY 192.0.2.1,0")]
    [InlineData("REPLY 192.0.2.1,1,1")]
    [InlineData("SOCKET tcp,127.0.0.1,1")]
    [InlineData("SUBNET 4,0,0,0.0.0.0,0,0")]
    [InlineData("NS 192.0.2.1,0")]
    [InlineData("NS 192.0.2.1,53|REPLY 192.0.2.1,53")]
    [InlineData("NS 192.0.2.1,53|GO|GO")]
    public void BadLaterOrder_IsRefused(string lines)
    {
        FirewallOrderParser parser = new();
        string[] split = lines.Split('|');
        for (int i = 0; i < split.Length; i++)
        {
            Assert.Equal(i < split.Length - 1, parser.TryFeed(split[i], out _));
        }
    }

    [Theory]
    [InlineData(LineBuffer.MaxLine, false)]
    [InlineData(LineBuffer.MaxLine + 1, true)]
    public void LineOverTheLimit_StopsTheBuffer(int length, bool overlong)
    {
        foreach (int piece in new[] { length + 1, 100 })
        {
            LineBuffer buffer = new();
            byte[] bytes = [.. Enumerable.Repeat((byte)'x', length), (byte)'\n'];
            for (int at = 0; at < bytes.Length; at += piece)
            {
                buffer.Add(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            }

            Assert.Equal(overlong, buffer.Overlong);
            Assert.Equal(!overlong, buffer.TryTake(out _));
        }
    }

    [Fact]
    public void Replies_ComeBack()
    {
        Assert.Equal(new FirewallReply(FirewallReplyKind.Ready, "nft"), Reply(FirewallWire.Ready("nft")));
        Assert.Equal(new FirewallReply(FirewallReplyKind.Started, ""), Reply(FirewallWire.Started()));
        Assert.Equal(new FirewallReply(FirewallReplyKind.Socket, ""), Reply(FirewallWire.SocketAnswer(0)));
        Assert.Equal(new FirewallReply(FirewallReplyKind.Socket, "98"), Reply(FirewallWire.SocketAnswer(98)));
        Assert.Equal(new FirewallReply(FirewallReplyKind.Failed, "no ?[31mway?"), Reply(FirewallWire.Failed("no \u001b[31mway\n")));
        Assert.Equal(LineBuffer.MaxLine - "FAILED ".Length, Reply(FirewallWire.Failed(new string('x', 5000))).Text.Length);
    }

    [Theory]
    [InlineData("READY")]
    [InlineData("READY ")]
    [InlineData("READY auto")]
    [InlineData("READY rm")]
    [InlineData("STARTED ")]
    [InlineData("SOCKET ")]
    [InlineData("SOCKET OK")]
    [InlineData("SOCKET 0")]
    [InlineData("SOCKET 4096")]
    [InlineData("Last login: today")]
    public void OtherLines_AreForeign(string line) =>
        Assert.Equal(new FirewallReply(FirewallReplyKind.Foreign, line), FirewallWire.ParseReply(line));

    private static FirewallReply Reply(byte[] line)
    {
        LineBuffer buffer = new();
        buffer.Add(line);
        Assert.True(buffer.TryTake(out string text));
        Assert.False(buffer.HasPartial);
        return FirewallWire.ParseReply(text);
    }

    private static void AssertSame(FirewallRequest expected, FirewallRequest actual)
    {
        Assert.Equal(expected.Subnets.ToList(), new List<Subnet>(actual.Subnets));
        Assert.Equal(expected.Exempt.ToList(), new List<Endpoint>(actual.Exempt));
        Assert.Equal(expected.Nameservers.ToList(), new List<DnsRedirect>(actual.Nameservers));
        Assert.Equal(expected with { Subnets = [], Exempt = [], Nameservers = [] }, actual with { Subnets = [], Exempt = [], Nameservers = [] });
    }
}
