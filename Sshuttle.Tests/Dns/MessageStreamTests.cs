using System;
using System.Collections.Generic;
using Sshuttle.Dns;
using Xunit;

namespace Sshuttle.Tests.Dns;

public class MessageStreamTests
{
    private static readonly int[] Sizes = [12, 0, 1, 511, 510, 512, 700, 65535, 3, 65534];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(511)]
    [InlineData(100_000)]
    public void Messages_ComeOutWhole_HoweverTheyCome(int piece)
    {
        List<byte> sent = [];
        foreach (int size in Sizes)
        {
            sent.AddRange([(byte)(size >> 8), (byte)size]);
            sent.AddRange(Message(size));
        }

        byte[] bytes = [.. sent];
        MessageStream stream = new();
        int next = 0;
        for (int at = 0; at < bytes.Length;)
        {
            Span<byte> free = stream.Free;
            Assert.False(free.IsEmpty);
            int part = Math.Min(Math.Min(piece, free.Length), bytes.Length - at);
            bytes.AsSpan(at, part).CopyTo(free);
            stream.Received(part);
            at += part;
            while (stream.TryTake(out Span<byte> message))
            {
                Assert.True(message.SequenceEqual(Message(Sizes[next])), $"message {next} differs");
                next++;
            }
        }

        Assert.Equal(Sizes.Length, next);
        Assert.False(stream.TryTake(out _));
    }

    private static byte[] Message(int size)
    {
        byte[] message = new byte[size];
        new Random(size).NextBytes(message);
        return message;
    }
}
