using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class FrameTests
{
    public static TheoryData<string, int, Command, string> Cases => new()
    {
        { "5353000042010007636869636b656e", 0, Command.Ping, "636869636b656e" },
        { "5353000042070000", 0, Command.Routes, "" },
        { "5353ffff420600050001535302", 65535, Command.TcpData, "0001535302" },
        { "535300077fff000141", 7, (Command)0x7fff, "41" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Whole_IsRead(string hex, int channel, Command command, string payload)
    {
        byte[] input = Convert.FromHexString(hex);
        AssertRead(input, channel, command, payload, input.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ByteByByte_NeedsAllOfIt(string hex, int channel, Command command, string payload)
    {
        byte[] input = Convert.FromHexString(hex);
        for (int i = 0; i < input.Length; i++)
        {
            Assert.False(Frame.TryRead(input.AsSpan(0, i), out _, out int used));
            Assert.Equal(0, used);
        }

        AssertRead(input, channel, command, payload, input.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void TrailingBytes_AreLeft(string hex, int channel, Command command, string payload)
    {
        byte[] input = Convert.FromHexString(hex + "5353");
        AssertRead(input, channel, command, payload, input.Length - 2);
    }

    [Fact]
    public void LargestPayload_IsRead()
    {
        byte[] input = new byte[Frame.MaxSize];
        Frame.WriteHeader(input, 3, Command.TcpData, Frame.MaxPayload);
        Assert.False(Frame.TryRead(input.AsSpan(0, input.Length - 1), out _, out _));
        Assert.True(Frame.TryRead(input, out Frame frame, out int used));
        Assert.Equal(Frame.MaxSize, used);
        Assert.Equal(Frame.MaxSize, frame.Size);
    }

    [Theory]
    [InlineData("54")]
    [InlineData("5354")]
    [InlineData("00005353")]
    [InlineData("535400004201000041")]
    public void OtherMagic_IsFatalAtOnce(string hex) =>
        Assert.Throws<Fatal>(() => Frame.TryRead(Convert.FromHexString(hex), out _, out _));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Header_IsWritten(string hex, int channel, Command command, string payload)
    {
        byte[] output = new byte[Frame.HeaderSize];
        Frame.WriteHeader(output, (ushort)channel, command, payload.Length / 2);
        Assert.Equal(hex[..16], Convert.ToHexString(output), ignoreCase: true);
    }

    [Fact]
    public void EveryCommand_HasItsOwnName()
    {
        HashSet<string> names = [];
        foreach (Command command in Enum.GetValues<Command>())
        {
            string name = CommandNames.Of(command);
            Assert.DoesNotContain("0x", name);
            Assert.True(names.Add(name));
        }

        Assert.Equal("0x4299", CommandNames.Of((Command)0x4299));
    }

    private static void AssertRead(byte[] input, int channel, Command command, string payload, int size)
    {
        Assert.True(Frame.TryRead(input, out Frame frame, out int used));
        Assert.Equal(size, used);
        Assert.Equal(channel, frame.Channel);
        Assert.Equal(command, frame.Command);
        Assert.Equal(payload, Convert.ToHexString(frame.Payload), ignoreCase: true);
    }
}
