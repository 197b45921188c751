using System;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class AllocationTests
{
    [Fact]
    public void BulkTransfer_AllocatesNothing()
    {
        Mux sender = new(MuxPair.Options);
        Mux receiver = new(MuxPair.Options);
        sender.Start();
        receiver.Start();
        long now = 0;
        for (int i = 0; i < 3; i++)
        {
            Carry(sender, receiver, null, now);
            Carry(receiver, sender, null, now);
        }

        Channel near = sender.Channels.Open(null)!;
        Channel far = receiver.Channels.Register(near.Id, null)!;
        sender.Opened(near, now);
        receiver.Opened(far, now);
        long moved = 0;
        long before = 0;
        while (moved < 200 << 20)
        {
            if (before == 0 && moved > 100 << 20)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            while (sender.ReserveData(near, int.MaxValue) is { IsEmpty: false } room)
            {
                sender.CommitData(near, room.Length);
            }

            now += 1000;
            sender.EndTurn(now);
            moved += Carry(sender, receiver, far, now);
            receiver.EndTurn(now);
            Carry(receiver, sender, null, now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long Carry(Mux from, Mux to, Channel? channel, long now)
    {
        long data = 0;
        while (from.Outbound.Length > 0)
        {
            Span<byte> room = to.Inbound;
            ReadOnlySpan<byte> bytes = from.Outbound;
            int part = Math.Min(Math.Min(bytes.Length, room.Length), 50_000);
            bytes[..part].CopyTo(room);
            from.Sent(part, now);
            to.Received(part, now);
            while (to.TryReceive(out Frame frame))
            {
                if (frame.Command == Command.TcpData && channel != null)
                {
                    data += frame.Payload.Length;
                    to.Consumed(channel, frame.Payload.Length, now);
                }
            }
        }

        return data;
    }
}
