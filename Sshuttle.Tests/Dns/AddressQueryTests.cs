using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Dns;
using Xunit;

namespace Sshuttle.Tests.Dns;

public class AddressQueryTests
{
    // example.com A, id 0x1234.
    private const string Question = "123401000001000000000000 076578616d706c6503636f6d00 00010001";
    private const string Reply = "123481800001000200000000 076578616d706c6503636f6d00 00010001";
    private const string Pointer = "c00c";
    private const string A = Pointer + "00010001000000640004c0000201";
    private const string Aaaa = Pointer + "001c000100000064001020010db8000000000000000000000001";
    private const string Cname = Pointer + "000500010000006400050377777700";

    [Fact]
    public void Question_IsBuilt()
    {
        byte[] output = new byte[AddressQuery.MaxSize];
        Assert.Equal(Bytes(Question), output[..AddressQuery.Write(output, 0x1234, "example.com", IpFamily.V4)]);
        Assert.Equal(Bytes(Question), output[..AddressQuery.Write(output, 0x1234, "example.com.", IpFamily.V4)]);
        int length = AddressQuery.Write(output, 0x1234, "example.com", IpFamily.V6);
        Assert.Equal(28, output[length - 3]);
    }

    [Fact]
    public void LongestName_FitsTheBuffer()
    {
        string label = new('a', 63);
        byte[] output = new byte[AddressQuery.MaxSize];
        Assert.Equal(12 + 255 + 4, AddressQuery.Write(output, 1, $"{label}.{label}.{label}.{label[..61]}", IpFamily.V4));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("bücher.example")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b")]
    public void NameThatDnsCannotHold_IsRefused(string name) =>
        Assert.Equal(0, AddressQuery.Write(new byte[AddressQuery.MaxSize], 1, name, IpFamily.V4));

    [Theory]
    [InlineData(Reply + A + Aaaa, "192.0.2.1 2001:db8::1")]
    [InlineData(Reply + Cname + A, "192.0.2.1")]
    [InlineData("123481800001000000000000 076578616d706c6503636f6d00 00010001", "")]
    [InlineData("123481830001000000000000 076578616d706c6503636f6d00 00010001", "")]
    [InlineData("123481800001000100000000 074558414d504c4503434f4d00 00010001" + A, "192.0.2.1")]
    [InlineData(Reply + "03777777c00c00010001000000640004c0000202" + A + "ffff", "192.0.2.2 192.0.2.1")]
    public void Answer_IsRead(string answer, string expected)
    {
        List<IpAddress> addresses = [];
        Assert.True(AddressQuery.TryRead(Bytes(Question), Bytes(answer), addresses));
        Assert.Equal(expected, string.Join(' ', addresses));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234")]
    [InlineData("123581800001000000000000 076578616d706c6503636f6d00 00010001")]
    [InlineData("123401000001000000000000 076578616d706c6503636f6d00 00010001")]
    [InlineData("123481820001000000000000 076578616d706c6503636f6d00 00010001")]
    [InlineData("123481850001000000000000 076578616d706c6503636f6d00 00010001")]
    [InlineData("123481800001000000000000 076578616d706c6503636f6e00 00010001")]
    [InlineData("123481800001000000000000 076578616d706c6503636f6d00 001c0001")]
    [InlineData(Reply + A)]
    [InlineData(Reply + A + Pointer)]
    [InlineData(Reply + A + Pointer + "0001000100000064ffffc0000201")]
    [InlineData(Reply + A + "3f")]
    [InlineData(Reply + A + "c0")]
    public void WhatIsNoAnswer_IsRefused(string answer) =>
        Assert.False(AddressQuery.TryRead(Bytes(Question), Bytes(answer), []));

    [Fact]
    public void RandomAnswers_NeverThrow()
    {
        Random random = new(1);
        byte[] question = Bytes(Question);
        byte[] start = Bytes(Reply + A + Aaaa + Cname);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] answer = start[..random.Next(start.Length + 1)];
            for (int change = random.Next(8); change > 0 && answer.Length > 0; change--)
            {
                answer[random.Next(answer.Length)] = (byte)random.Next(256);
            }

            List<IpAddress> addresses = [];
            _ = AddressQuery.TryRead(question, answer, addresses);
            Assert.True(addresses.Count <= 30, "more addresses than bytes could hold");
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
