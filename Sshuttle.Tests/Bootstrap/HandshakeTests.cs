using System;
using System.Text;
using Sshuttle.Bootstrap;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public class HandshakeTests
{
    private const string Header = "\0\0SSHUTTLE0001";

    public static TheoryData<string> Noises => [.. (string[])[
        "", "welcome\n", "no newline", "\n\n\n", "crlf\r\n", "\0", "\0\0\0", "a\0b\0", "\0\0S", "\0\0SSHUTTLE000", "\0\0SSHUTTLE0002\n",
        "SSHUTTLE0001", "\0SSHUTTLE0001", "SSHUTTLE-UPLOAD\n", "SSHUTTLE-FAIL \n", "\u001b[2J\u0007", "\0\0SSHUTTLE\0",
        new string('x', 5000), new string('\0', 700), "öäü\n"]];

    [Theory]
    [MemberData(nameof(Noises))]
    public void HeaderBehindNoise_IsFound_WholeAndByteByByte_AndLeavesTheRest(string noise)
    {
        byte[] input = Encoding.UTF8.GetBytes(noise + Header + "SS\0\0");
        foreach (int step in (int[])[input.Length, 1, 3])
        {
            Handshake handshake = new();
            Assert.Equal(Handshake.Outcome.Ready, Feed(handshake, input, step, out int used));
            Assert.Equal("SS\0\0", Encoding.UTF8.GetString(input[used..]));
        }
    }

    [Theory]
    [MemberData(nameof(Noises))]
    public void RequestBehindNoise_IsFound(string noise)
    {
        byte[] input = Encoding.UTF8.GetBytes(noise + "\nSSHUTTLE-UPLOAD Linux/x86_64 1\nrest");
        foreach (int step in (int[])[input.Length, 1])
        {
            Handshake handshake = new();
            Assert.Equal(Handshake.Outcome.Upload, Feed(handshake, input, step, out int used));
            Assert.Equal(("Linux/x86_64", true), (handshake.Platform, handshake.CanDecompress));
            Assert.Equal("rest", Encoding.UTF8.GetString(input[used..]));
        }
    }

    [Fact]
    public void RequestsAndHeader_FollowEachOther()
    {
        byte[] input = Encoding.UTF8.GetBytes("SSHUTTLE-UPLOAD A/b 0\n\nSSHUTTLE-UPLOAD A/b 1\r\n" + Header);
        Handshake handshake = new();
        Assert.Equal(Handshake.Outcome.Upload, handshake.Take(input, out int first));
        Assert.False(handshake.CanDecompress);
        Assert.Equal(Handshake.Outcome.Upload, handshake.Take(input.AsSpan(first), out int second));
        Assert.True(handshake.CanDecompress);
        Assert.Equal(Handshake.Outcome.Ready, handshake.Take(input.AsSpan(first + second), out int third));
        Assert.Equal(input.Length, first + second + third);
    }

    [Theory]
    [InlineData("SSHUTTLE-FAIL Linux/mips no-binary\n", "Linux/mips", "no-binary")]
    [InlineData("SSHUTTLE-FAIL Darwin/Power Macintosh no-binary\n", "Darwin/Power Macintosh", "no-binary")]
    [InlineData("job done SSHUTTLE-FAIL / no-sha256\n", "/", "no-sha256")]
    public void Refusal_IsTakenApart(string line, string platform, string reason)
    {
        Handshake handshake = new();
        Assert.Equal(Handshake.Outcome.Failed, handshake.Take(Encoding.UTF8.GetBytes(line), out _));
        Assert.Equal((platform, reason), (handshake.Platform, handshake.Reason));
    }

    [Theory]
    [InlineData("first\n  last line \r\n\n", "last line")]
    [InlineData("a\0b\n", "ab")]
    [InlineData("\0\0SSH here\n", "SSH here")]
    [InlineData("without an end", "")]
    public void LastLine_IsKeptForMessages(string input, string noise)
    {
        Handshake handshake = new();
        Assert.Equal(Handshake.Outcome.More, handshake.Take(Encoding.UTF8.GetBytes(input), out _));
        Assert.Equal(noise, handshake.Noise);
    }

    private static Handshake.Outcome Feed(Handshake handshake, byte[] input, int step, out int used)
    {
        Handshake.Outcome outcome = Handshake.Outcome.More;
        for (used = 0; used < input.Length && outcome == Handshake.Outcome.More;)
        {
            outcome = handshake.Take(input.AsSpan(used, Math.Min(step, input.Length - used)), out int taken);
            used += taken;
        }

        return outcome;
    }
}
