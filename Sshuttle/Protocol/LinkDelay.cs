using System;

namespace Sshuttle.Protocol;

/// <summary>
/// How long bytes wait on their way, beyond the time that the way itself takes. That least time is learnt from the shortest
/// waits seen; it only falls, until <see cref="Relearn"/> is called while little is on its way. The clocks of the two ends
/// have nothing to do with each other: only differences between arrivals count.
/// </summary>
internal sealed class LinkDelay
{
    // Round trips this much above the shortest still show that the shortest is true: a sixteenth, but not less than timers err.
    private const int Tolerance = 16;
    private const long LeastTolerance = 500;

    private long oneWay = long.MaxValue;
    private long newRoundTrip = long.MaxValue;
    private long newOneWay = long.MaxValue;

    /// <summary>The shortest round trip, in microseconds; 0 before the first.</summary>
    public long MinRoundTrip { get; private set; }

    /// <summary>When a round trip was last about as short as the shortest, in microseconds.</summary>
    public long SeenAt { get; private set; }

    /// <summary>Adds one acknowledgement.</summary>
    /// <param name="sentAt">When its last byte was written out, by the sender's clock, in microseconds.</param>
    /// <param name="arrivedAt">When that byte arrived, by the receiver's clock.</param>
    /// <param name="now">The sender's clock.</param>
    /// <returns>How long bytes waited on the way there, in microseconds.</returns>
    public long Add(long sentAt, long arrivedAt, long now)
    {
        long roundTrip = Math.Max(now - sentAt, 1);
        long there = arrivedAt - sentAt;
        if (MinRoundTrip == 0 || roundTrip < MinRoundTrip)
        {
            MinRoundTrip = roundTrip;
        }

        oneWay = Math.Min(oneWay, there);
        if (roundTrip - MinRoundTrip <= Math.Max(MinRoundTrip / Tolerance, LeastTolerance))
        {
            SeenAt = now;
        }

        // No more can have been waited on one way than on both, whatever the other end's clock says.
        return Math.Min(there - oneWay, roundTrip - MinRoundTrip);
    }

    /// <summary>Adds one acknowledgement of bytes that were sent while little else was on its way.</summary>
    public void Learn(long sentAt, long arrivedAt, long now)
    {
        newRoundTrip = Math.Min(newRoundTrip, Math.Max(now - sentAt, 1));
        newOneWay = Math.Min(newOneWay, arrivedAt - sentAt);
    }

    /// <summary>Forgets what was the least time in favour of what was given to <see cref="Learn"/>.</summary>
    public void Relearn(long now)
    {
        if (newRoundTrip < long.MaxValue)
        {
            MinRoundTrip = newRoundTrip;
            oneWay = newOneWay;
        }

        newRoundTrip = long.MaxValue;
        newOneWay = long.MaxValue;
        SeenAt = now;
    }
}
