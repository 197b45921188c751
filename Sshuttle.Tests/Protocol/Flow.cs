using System;
using System.Collections.Generic;
using Sshuttle.Protocol;

namespace Sshuttle.Tests.Protocol;

/// <summary>One direction of one connection: as much as it may, or messages of one size in one period.</summary>
internal sealed class Flow
{
    private readonly Channel channel;
    private readonly Queue<long> started = new();
    private long partial;

    public Flow(Channel channel)
    {
        this.channel = channel;
        Turn = new SendQueue<Flow>.Slot(this);
    }

    public SendQueue<Flow>.Slot Turn { get; }

    /// <summary>The size of its messages; 0 for as much as it may.</summary>
    public int Size { get; init; }

    public long Every { get; init; }

    public bool Paused { get; set; }

    public long NextAt { get; set; } = long.MaxValue;

    public long Waiting { get; private set; }

    public long Received { get; private set; }

    /// <summary>The longest time from when there was a message until all of it had arrived.</summary>
    public long LongestMessage { get; set; }

    /// <summary>Whether it has something to send.</summary>
    public bool Fill(long now)
    {
        while (now >= NextAt)
        {
            Waiting += Size;
            started.Enqueue(NextAt);
            NextAt += Every;
        }

        return !Paused && (Size == 0 || Waiting > 0);
    }

    public bool SendSome(Mux mux)
    {
        if (Paused)
        {
            return false;
        }

        int count = mux.ReserveData(channel, Size > 0 ? (int)Waiting : int.MaxValue).Length;
        mux.CommitData(channel, count);
        Waiting -= Size > 0 ? count : 0;
        return count > 0 && (Size == 0 || Waiting > 0);
    }

    public void Receive(ReadOnlySpan<byte> payload, long now)
    {
        Received += payload.Length;
        partial += payload.Length;
        while (Size > 0 && partial >= Size)
        {
            partial -= Size;
            LongestMessage = Math.Max(LongestMessage, now - started.Dequeue());
        }
    }
}
