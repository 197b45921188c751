using System;

namespace Sshuttle.Protocol;

/// <summary>What was delivered over a short time, and how long it had waited on its way.</summary>
internal struct DeliverySpan
{
    private long restSum;

    /// <summary>An empty span.</summary>
    public static DeliverySpan Empty => new() { LeastWait = long.MaxValue };

    /// <summary>Bytes delivered.</summary>
    public long Bytes { get; private set; }

    /// <summary>Over how long they arrived, in microseconds.</summary>
    public long ArriveTime { get; private set; }

    /// <summary>Over how long they had been sent.</summary>
    public long SendTime { get; private set; }

    /// <summary>How many acknowledgements there were.</summary>
    public int Count { get; private set; }

    /// <summary>The shortest wait in microseconds.</summary>
    public long LeastWait { get; private set; }

    /// <summary>The longest wait in microseconds.</summary>
    public long MostWait { get; private set; }

    /// <summary>The mean of the round trips without the waits, in microseconds.</summary>
    public readonly long MeanRest => restSum / Math.Max(1, Count);

    /// <summary>Whether the sender, not the link, was the reason why it was not more.</summary>
    public bool Spared { get; private set; }

    /// <summary>Bytes per microsecond. Bytes cannot be delivered faster than they were sent, however close their acknowledgements come.</summary>
    public readonly double Rate => Bytes / (double)Math.Max(1, Math.Max(ArriveTime, SendTime));

    /// <summary>Bytes per microsecond as they arrived, which is what the link carries if there was always more in front of it.</summary>
    public readonly double ArriveRate => Bytes / (double)Math.Max(1, ArriveTime);

    /// <summary>Adds one acknowledgement.</summary>
    /// <param name="bytes">Bytes since the one before.</param>
    /// <param name="arriveTime">Microseconds since the arrival of the one before.</param>
    /// <param name="sendTime">Microseconds between the sending of both.</param>
    /// <param name="wait">How long the last of the bytes waited on its way.</param>
    /// <param name="rest">The rest of their round trip.</param>
    /// <param name="spared">Whether the sender paused in between.</param>
    public void Add(long bytes, long arriveTime, long sendTime, long wait, long rest, bool spared)
    {
        Bytes += bytes;
        ArriveTime += arriveTime;
        SendTime += sendTime;
        LeastWait = Math.Min(LeastWait, wait);
        MostWait = Math.Max(MostWait, wait);
        restSum += rest;
        Spared |= spared;
        Count++;
    }

    /// <summary>Adds what came right behind.</summary>
    public void Add(in DeliverySpan next)
    {
        Bytes += next.Bytes;
        ArriveTime += next.ArriveTime;
        SendTime += next.SendTime;
        LeastWait = Math.Min(LeastWait, next.LeastWait);
        MostWait = Math.Max(MostWait, next.MostWait);
        restSum += next.restSum;
        Spared |= next.Spared;
        Count += next.Count;
    }
}
