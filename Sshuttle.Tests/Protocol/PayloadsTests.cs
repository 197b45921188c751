using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class PayloadsTests
{
    [Theory]
    [InlineData("192.0.2.1", 80, "2,192.0.2.1,80")]
    [InlineData("255.255.255.255", 65535, "2,255.255.255.255,65535")]
    [InlineData("2001:db8::1", 443, "10,2001:db8::1,443")]
    [InlineData("::ffff:192.0.2.1", 1, "10,::ffff:192.0.2.1,1")]
    public void Connect_RoundTrips(string address, int port, string wire)
    {
        Assert.True(IpAddress.TryParse(address, out IpAddress parsed));
        Endpoint destination = new(parsed, (ushort)port);
        byte[] output = new byte[Payloads.MaxConnect];
        int length = Payloads.WriteConnect(output, destination);
        Assert.Equal(wire, Encoding.ASCII.GetString(output, 0, length));
        Assert.True(Payloads.TryReadConnect(output.AsSpan(0, length), out Endpoint again));
        Assert.Equal(destination, again);
    }

    [Theory]
    [InlineData("30,2001:db8::1,443")]
    [InlineData("28,2001:db8::1,443")]
    [InlineData("24,2001:db8::1,443")]
    [InlineData("0,2001:db8::1,443")]
    public void Connect_AnyOtherFamilyIsIpv6(string wire)
    {
        Assert.True(Payloads.TryReadConnect(Encoding.ASCII.GetBytes(wire), out Endpoint destination));
        Assert.Equal("[2001:db8::1]:443", destination.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(",,")]
    [InlineData("2,192.0.2.1")]
    [InlineData("2,192.0.2.1,")]
    [InlineData("2,192.0.2.1,0")]
    [InlineData("2,192.0.2.1,65536")]
    [InlineData("2,192.0.2.1,4294967377")]
    [InlineData("2,192.0.2.1,-1")]
    [InlineData("2,192.0.2.1,+1")]
    [InlineData("2,192.0.2.1,80 ")]
    [InlineData("2,192.0.2.1,80\n")]
    [InlineData("2,192.0.2.1,80,")]
    [InlineData("2,192.0.2.1,80,80")]
    [InlineData("2,example.com,80")]
    [InlineData("2,2001:db8::1,80")]
    [InlineData("10,192.0.2.1,80")]
    [InlineData("-2,192.0.2.1,80")]
    [InlineData("x,192.0.2.1,80")]
    [InlineData("10,fe80::1%eth0,80")]
    [InlineData("10,,80")]
    public void Connect_OutOfForm_IsRefused(string wire) =>
        Assert.False(Payloads.TryReadConnect(Encoding.ASCII.GetBytes(wire), out _));

    [Fact]
    public void Connect_LongestText_Fits()
    {
        Assert.True(IpAddress.TryParse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", out IpAddress address));
        byte[] output = new byte[Payloads.MaxConnect];
        Assert.True(Payloads.WriteConnect(output, new Endpoint(address, 65535)) <= Payloads.MaxConnect);
    }

    [Fact]
    public void Routes_RoundTrip()
    {
        string wire = "2,10.77.0.0,24\n2,10.88.0.0,24\n10,2001:db8::,32\n";
        List<Subnet> routes = [];
        Assert.True(Payloads.TryReadRoutes(Encoding.ASCII.GetBytes(wire), routes));
        Assert.Equal(["10.77.0.0/24", "10.88.0.0/24", "2001:db8::/32"], routes.ConvertAll(r => r.ToString()));

        StringBuilder again = new();
        byte[] line = new byte[Payloads.MaxConnect];
        foreach (Subnet route in routes)
        {
            again.Append(Encoding.ASCII.GetString(line, 0, Payloads.WriteRoute(line, route)));
        }

        Assert.Equal(wire, again.ToString());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("2,192.0.2.0,24", 1)]
    public void Routes_EmptyOrWithoutLastLineFeed_AreTaken(string wire, int count)
    {
        List<Subnet> routes = [];
        Assert.True(Payloads.TryReadRoutes(Encoding.ASCII.GetBytes(wire), routes));
        Assert.Equal(count, routes.Count);
    }

    [Theory]
    [InlineData("2,192.0.2.0,33\n")]
    [InlineData("10,2001:db8::,129\n")]
    [InlineData("2,192.0.2.0\n")]
    [InlineData("\n")]
    [InlineData("2,192.0.2.0,24\n\n")]
    [InlineData("2,192.0.2.0,24\nx")]
    public void Routes_OutOfForm_AreRefused(string wire) =>
        Assert.False(Payloads.TryReadRoutes(Encoding.ASCII.GetBytes(wire), []));

    [Theory]
    [InlineData("00000000", true, 0u)]
    [InlineData("00040000", true, 262144u)]
    [InlineData("ffffffff", true, uint.MaxValue)]
    [InlineData("", false, 0u)]
    [InlineData("000400", false, 0u)]
    [InlineData("0004000000", false, 0u)]
    public void Window_IsFourBytes(string hex, bool valid, uint bytes)
    {
        Assert.Equal(valid, Payloads.TryReadWindow(Convert.FromHexString(hex), out uint read));
        if (valid)
        {
            byte[] output = new byte[Payloads.WindowSize];
            Payloads.WriteWindow(output, bytes);
            Assert.Equal(bytes, read);
            Assert.Equal(hex, Convert.ToHexString(output), ignoreCase: true);
        }
    }

    [Theory]
    [InlineData("0000000000000000", true, 0L)]
    [InlineData("0000000100000002", true, 0x100000002L)]
    [InlineData("7fffffffffffffff", true, long.MaxValue)]
    [InlineData("8000000000000000", false, 0L)]
    [InlineData("00000001", false, 0L)]
    [InlineData("000000000000000000", false, 0L)]
    [InlineData("000000010000000200000000075bcd15", true, 0x100000002L, 123456789L)]
    [InlineData("0000000100000002ffffffffffffffff", true, 0x100000002L, -1L)]
    public void Ack_IsABytecountAndPerhapsATime(string hex, bool valid, long total, long? time = null)
    {
        Assert.Equal(valid, Payloads.TryReadAck(Convert.FromHexString(hex), out long read, out long? readTime));
        if (valid)
        {
            byte[] output = new byte[Payloads.AckSize];
            Payloads.WriteAck(output, total, time ?? 0);
            Assert.Equal(total, read);
            Assert.Equal(time, readTime);
            Assert.StartsWith(hex, Convert.ToHexString(output), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("0001", ResetReason.Refused)]
    [InlineData("0009", ResetReason.ProtocolError)]
    [InlineData("ffff", (ResetReason)0xffff)]
    [InlineData("", ResetReason.Unspecified)]
    [InlineData("01", ResetReason.Unspecified)]
    [InlineData("000100", ResetReason.Unspecified)]
    public void Reset_IsAlwaysAReason(string hex, ResetReason reason)
    {
        Assert.Equal(reason, Payloads.ReadReset(Convert.FromHexString(hex)));
        Assert.NotEmpty(ResetReasons.Text(reason));
    }

    [Fact]
    public void Reset_IsTwoBytes()
    {
        byte[] output = new byte[Payloads.ResetSize];
        Payloads.WriteReset(output, ResetReason.TimedOut);
        Assert.Equal([0, 4], output);
    }
}
