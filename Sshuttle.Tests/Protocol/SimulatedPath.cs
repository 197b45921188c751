using System;
using System.Collections.Generic;

namespace Sshuttle.Tests.Protocol;

/// <summary>
/// One direction of a link as a mux sees it: a pipe of 64 KiB, ssh with its window, the queue in front of the slowest part,
/// that part, and the way behind it. Bytes really pass through. Times are microseconds, rates bytes per microsecond.
/// </summary>
internal sealed class SimulatedPath(Random random, int sshWindow)
{
    private const int PipeSize = 64 << 10;

    private readonly byte[] ring = new byte[sshWindow + (2 * PipeSize)];
    private readonly Queue<(long At, int Bytes)> onTheWay = new();
    private readonly Queue<(long At, int Bytes)> returning = new();
    private long written;
    private long read;
    private long inSsh;
    private long served;
    private long arrived;
    private long credit = sshWindow;
    private int serving;
    private double doneAt;
    private long lastArrival;

    public double Rate { get; set; } = 1;

    public long Delay { get; set; }

    /// <summary>Each piece comes later by up to this, and never before an earlier one.</summary>
    public long Jitter { get; set; }

    /// <summary>What arrives comes together, once in this time.</summary>
    public long Batch { get; set; }

    /// <summary>Nothing is served before this.</summary>
    public long StalledUntil { get; set; }

    /// <summary>Bytes that the slowest part has still before it.</summary>
    public long Backlog => written - served;

    public long Served => served;

    public bool CanRead => arrived > read;

    public bool CanWrite => written - inSsh < PipeSize;

    public long NextEvent
    {
        get
        {
            long next = serving > 0 ? (long)Math.Ceiling(doneAt) : long.MaxValue;
            next = onTheWay.TryPeek(out (long At, int Bytes) arrival) ? Math.Min(next, arrival.At) : next;
            return returning.TryPeek(out (long At, int Bytes) back) ? Math.Min(next, back.At) : next;
        }
    }

    public int Write(ReadOnlySpan<byte> data, long now)
    {
        int part = (int)Math.Min(data.Length, PipeSize - (written - inSsh));
        int at = (int)(written % ring.Length);
        int first = Math.Min(part, ring.Length - at);
        data[..first].CopyTo(ring.AsSpan(at));
        data[first..part].CopyTo(ring);
        written += part;
        Advance(now);
        return part;
    }

    public int Read(Span<byte> output)
    {
        int part = (int)Math.Min(output.Length, arrived - read);
        int at = (int)(read % ring.Length);
        int first = Math.Min(part, ring.Length - at);
        ring.AsSpan(at, first).CopyTo(output);
        ring.AsSpan(0, part - first).CopyTo(output[first..]);
        read += part;
        return part;
    }

    public void Advance(long now)
    {
        while (returning.TryPeek(out (long At, int Bytes) back) && back.At <= now)
        {
            credit += returning.Dequeue().Bytes;
        }

        while (onTheWay.TryPeek(out (long At, int Bytes) arrival) && arrival.At <= now)
        {
            arrived += arrival.Bytes;
            returning.Enqueue((arrival.At + Delay, arrival.Bytes));
            onTheWay.Dequeue();
        }

        while (true)
        {
            long taken = Math.Min(written - inSsh, credit);
            inSsh += taken;
            credit -= taken;
            if (serving > 0)
            {
                if (doneAt > now)
                {
                    return;
                }

                Depart();
            }

            serving = (int)Math.Min(inSsh - served, Math.Clamp((long)(Rate * 500), 256, 32 << 10));
            if (serving == 0)
            {
                return;
            }

            doneAt = Math.Max(Math.Max(doneAt, now - 1), StalledUntil) + (serving / Rate);
        }
    }

    private void Depart()
    {
        served += serving;
        long at = (long)Math.Ceiling(doneAt) + Delay;
        at += Jitter > 0 ? random.NextInt64(Jitter) : 0;
        at = Math.Max(at, lastArrival);
        at = Batch > 0 ? (at + Batch - 1) / Batch * Batch : at;
        lastArrival = at;
        onTheWay.Enqueue((at, serving));
        serving = 0;
    }
}
