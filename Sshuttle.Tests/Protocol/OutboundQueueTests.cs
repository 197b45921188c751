using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class OutboundQueueTests
{
    private readonly BlockPool pool = new(Mux.BlockSize, 8);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void RandomUse_KeepsFramesWhole_LanesInOrder_AndReplaysTheSameBytes(int seed)
    {
        // Frames carry a serial number of their lane; "sent" is the bytes as they went out, "acked" how many of them are
        // done with. After a rewind the same bytes must come again.
        Random random = new(seed);
        OutboundQueue queue = new(pool);
        List<byte> sent = [];
        int acked = 0;
        uint[] serials = new uint[2];
        for (int i = 0; i < 3000; i++)
        {
            switch (random.Next(8))
            {
                case 0:
                case 1:
                    Span<byte> room = queue.Reserve(random.Next(4, 65_529));
                    Payloads.WriteWindow(room, serials[0]++);
                    queue.Commit(0, Command.TcpData, room.Length);
                    break;
                case 2:
                case 3:
                    int lane = random.Next(2);
                    byte[] payload = new byte[random.Next(20) == 0 ? Frame.MaxPayload : random.Next(4, 200)];
                    Payloads.WriteWindow(payload, serials[lane]++);
                    queue.Append((ushort)lane, Command.Window, payload, lane == 1);
                    break;
                case 4 when random.Next(50) == 0:
                    queue.Rewind();
                    break;
                case 5:
                    int position = random.Next(acked, (int)queue.Sent + 1);
                    queue.Acknowledge(position);
                    acked = position;
                    break;
                default:
                    int part = random.Next(queue.Next.Length + 1);
                    byte[] bytes = queue.Next[..part].ToArray();
                    int at = (int)queue.Sent;
                    int known = Math.Min(part, sent.Count - at);
                    Assert.True(bytes.AsSpan(0, known).SequenceEqual(sent.GetRange(at, known).ToArray()));
                    sent.AddRange(bytes[known..]);
                    queue.MarkSent(part);
                    break;
            }

            Assert.Equal(acked, queue.Acknowledged);
        }

        while (queue.Next.Length > 0)
        {
            int known = (int)Math.Min(queue.Next.Length, sent.Count - queue.Sent);
            Assert.True(queue.Next[..known].SequenceEqual(sent.GetRange((int)queue.Sent, known).ToArray()));
            sent.AddRange(queue.Next[known..]);
            queue.MarkSent(queue.Next.Length);
        }

        Assert.Equal(queue.Queued, queue.Sent);
        AssertFrames(sent.ToArray(), serials);
        queue.Acknowledge(queue.Sent);
        Assert.Equal(Mux.BlockSize, pool.BytesInUse);
    }

    [Fact]
    public void Rewind_RepeatsExactlyWhatWasNotAcknowledged()
    {
        OutboundQueue queue = new(pool);
        for (int i = 0; i < 40; i++)
        {
            Span<byte> room = queue.Reserve(16_000);
            room.Fill((byte)i);
            queue.Commit(1, Command.TcpData, room.Length);
        }

        byte[] first = Drain(queue);
        queue.Acknowledge(100_000);
        queue.Rewind();
        Assert.Equal(100_000, queue.Sent);
        Assert.Equal(first[100_000..], Drain(queue));
        queue.Append(1, Command.TcpEof, [], urgent: false);
        Assert.Equal(Frame.HeaderSize, queue.Next.Length);
    }

    [Fact]
    public void AcknowledgedBlocks_AreUsedAgain()
    {
        OutboundQueue queue = new(pool);
        for (int i = 0; i < 1000; i++)
        {
            queue.Commit(1, Command.TcpData, queue.Reserve(DataFrameLimit.Alone).Length);
            queue.MarkSent(queue.Next.Length);
            queue.Acknowledge(queue.Sent);
            Assert.InRange(pool.BytesInUse, 0, 2 * Mux.BlockSize);
        }
    }

    private static byte[] Drain(OutboundQueue queue)
    {
        List<byte> all = [];
        while (queue.Next.Length > 0)
        {
            all.AddRange(queue.Next);
            queue.MarkSent(queue.Next.Length);
        }

        return all.ToArray();
    }

    private static void AssertFrames(ReadOnlySpan<byte> bytes, uint[] serials)
    {
        uint[] next = new uint[2];
        while (Frame.TryRead(bytes, out Frame frame, out int used))
        {
            Assert.True(Payloads.TryReadWindow(frame.Payload[..Payloads.WindowSize], out uint serial));
            Assert.Equal(next[frame.Channel]++, serial);
            bytes = bytes[used..];
        }

        Assert.True(bytes.IsEmpty);
        Assert.Equal(serials, next);
    }
}
