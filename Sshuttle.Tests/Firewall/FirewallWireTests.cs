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
    public void BadLine_IsRefused(string line) => Assert.False(new FirewallRequestParser().TryFeed(line));

    [Theory]
    [InlineData("LISTEN 4,127.0.0.1,1")]
    [InlineData("LISTEN 6,::1,1")]
    [InlineData("TTL 63")]
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
        Assert.Equal(new FirewallReply(FirewallReplyKind.Failed, "no ?[31mway?"), Reply(FirewallWire.Failed("no \u001b[31mway\n")));
        Assert.Equal(LineBuffer.MaxLine - "FAILED ".Length, Reply(FirewallWire.Failed(new string('x', 5000))).Text.Length);
    }

    [Theory]
    [InlineData("READY")]
    [InlineData("READY ")]
    [InlineData("READY auto")]
    [InlineData("READY rm")]
    [InlineData("STARTED ")]
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
        Assert.Equal(expected with { Subnets = [], Exempt = [] }, actual with { Subnets = [], Exempt = [] });
    }
}
