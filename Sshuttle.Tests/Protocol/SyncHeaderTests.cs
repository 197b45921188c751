using System;
using System.Text;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class SyncHeaderTests
{
    [Theory]
    [InlineData("\0\0SSHUTTLE0001", 0)]
    [InlineData("Welcome!\r\nPython 3.11\n\0\0SSHUTTLE0001", 22)]
    [InlineData("motd\0stray\0SSHUTTLE0001", 4)]
    public void Header_IsFoundBehindNoise(string text, int noise)
    {
        byte[] input = Encoding.Latin1.GetBytes(text + "SS");
        Assert.True(SyncHeader.Find(input, out int before, out int end));
        Assert.Equal(noise, before);
        Assert.Equal(input.Length - 2, end);
        for (int i = 0; i < input.Length - 2; i++)
        {
            Assert.Null(SyncHeader.Find(input.AsSpan(0, i), out _, out _));
        }
    }

    [Theory]
    [InlineData("\0\0SSHUTTLE0002")]
    [InlineData("\0\0\0")]
    [InlineData("\0\0X")]
    public void OtherText_IsNoHeader(string text) =>
        Assert.False(SyncHeader.Find(Encoding.Latin1.GetBytes(text), out _, out _));
}
