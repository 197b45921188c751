using System;

namespace Sshuttle.Protocol;

/// <summary>
/// Which bytes were written out when, until they are acknowledged. Writes that follow each other closely are one burst. The
/// log has a fixed size: when it is full, two bursts each become one, and the times coarser.
/// </summary>
internal sealed class SendLog
{
    private const int Capacity = 256;

    private readonly Burst[] bursts = new Burst[Capacity];
    private long grain = 1;
    private long start;
    private int head;
    private int count;

    /// <summary>All bytes written out so far.</summary>
    public long Total { get; private set; }

    /// <summary>Adds a write.</summary>
    /// <param name="total">All bytes written out so far.</param>
    /// <param name="now">Microseconds.</param>
    public void Add(long total, long now)
    {
        if (total <= Total)
        {
            return;
        }

        Total = total;
        if (count > 0 && now - this[count - 1].At < grain)
        {
            this[count - 1].End = total;
            return;
        }

        if (count == Capacity)
        {
            Halve();
        }
        else if (count == 0)
        {
            grain = 1;
        }

        this[count++] = new Burst { End = total, At = now };
    }

    /// <summary>Finds the burst of the last byte of an acknowledgement, and forgets those before it.</summary>
    /// <param name="total">All bytes acknowledged, at most <see cref="Total"/>.</param>
    /// <param name="sentAt">When that byte was written out, in microseconds.</param>
    /// <param name="burstStart">All bytes written out before that burst.</param>
    public void Find(long total, out long sentAt, out long burstStart)
    {
        while (count > 1 && this[0].End < total)
        {
            start = this[0].End;
            head = (head + 1) % Capacity;
            count--;
        }

        sentAt = count > 0 ? this[0].At : 0;
        burstStart = start;
    }

    private ref Burst this[int index] => ref bursts[(head + index) % Capacity];

    private void Halve()
    {
        for (int i = 0; i < Capacity / 2; i++)
        {
            this[i] = new Burst { End = this[(2 * i) + 1].End, At = this[2 * i].At };
        }

        count = Capacity / 2;
        grain = Math.Max(2 * grain, (this[count - 1].At - this[0].At) / Capacity);
    }

    private struct Burst
    {
        public long End;
        public long At;
    }
}
