using System;

namespace Sshuttle.Protocol;

/// <summary>
/// Decides how many bytes may be on their way to the other end, from what was sent and acknowledged when: enough that the
/// slowest part of the link is never idle, and so little that nearly nothing waits in front of it.
/// </summary>
public sealed partial class LinkControl
{
    /// <summary>The least bound in bytes: acknowledgements and windows alone may have half of this on their way.</summary>
    public const long SmallestBound = 4 << 10;

    /// <summary>The largest bound in bytes, so that memory is safe.</summary>
    public const long LargestBound = 64 << 20;

    /// <summary>The bound before anything is known: about what TCP itself begins with.</summary>
    public const long FirstBound = 16 << 10;

    // The wait in front of the slowest part that we aim at: part of the least round trip, and at least this, which
    // keeps that part busy while processes take their turns.
    private const int TargetPart = 8;
    private const long LeastTarget = 5_000;

    // Bytes. Where that would be more than the pipe to ssh holds, every 32 KiB that ssh takes out would wake us to put as
    // much in; jitter may add half of it.
    private const double MostQueued = 1 << 20;

    // Less than two of the smallest frames cannot be told from none.
    private const int TargetFrames = 2 * DataFrameLimit.Smallest;

    // Spans in a round trip. A change of the rate shows after two of them.
    private const int SpansPerRoundTrip = 4;
    private const long LeastSpan = 4_000;
    private const int LeastSpanCount = 3;

    // How much faster than the link data may be queued when it could not be before.
    private const double PaceGain = 1.125;

    // However wrong the other end's clock is, something goes out each second.
    private const long LongestPace = 1_000_000;

    // Differences between the waits of neighbours that are no more than jitter.
    private const long MostUnsteady = 10_000;

    // How late acknowledgements may be, beyond a round trip, until something must be wrong with them.
    private const long MostLateness = 30_000;

    // How long the shortest round trip is believed while it is not seen again, and when to doubt it before.
    private const long RelearnAfter = 10_000_000;
    private const int DoubtAfterSpans = 16;

    // What is left on its way then, as part of the product: surely too little for any queue.
    private const double DrainPart = 0.8;

    private readonly bool isFixed;
    private readonly SendLog log = new();
    private readonly LinkDelay delay = new();
    private readonly DeliverySpan[] recent = new DeliverySpan[SpansPerRoundTrip];
    private DeliverySpan span = DeliverySpan.Empty;
    private long acknowledged;
    private long lastSentAt;
    private long lastArrivedAt;
    private double usualInterval;
    private bool paused;
    private long sparedUntil;
    private bool opening = true;
    private double rate;
    private double trusted;
    private double rest;
    private double unsteady;
    private long lastWait;
    private double extra;
    private int standing;
    private int empty;
    private int mixed;
    private int tooMuch;
    private int calm;
    private long drainFrom = -1;
    private long drainUntil;

    /// <summary>Link control that follows the link.</summary>
    public LinkControl() => Bound = FirstBound;

    /// <summary>A bound that never changes.</summary>
    /// <param name="bound">Bytes; <see cref="SmallestBound"/> if less.</param>
    public LinkControl(long bound)
    {
        isFixed = true;
        Bound = Math.Max(bound, SmallestBound);
    }

    /// <summary>Bytes that may be sent and not yet acknowledged.</summary>
    public long Bound { get; private set; }

    /// <summary>The shortest time from sending to acknowledgement that is believed now, in microseconds; 0 before the first.</summary>
    public long MinRoundTrip => delay.MinRoundTrip;

    /// <summary>What the link delivers, as far as it was ever asked to, in bytes per second; 0 if not known.</summary>
    public long Rate => (long)(rate * 1_000_000);

    private long Target
    {
        get
        {
            double most = rate > 0 ? MostQueued / rate : double.MaxValue;
            double local = Math.Max(Math.Min(LeastTarget, most), Math.Min(3 * unsteady, 1.5 * most));
            long target = Math.Max(MinRoundTrip / TargetPart, (long)local);
            return rate > 0 ? Math.Max(target, (long)Math.Min(TargetFrames / rate, 10 * MinRoundTrip)) : target;
        }
    }

    /// <summary>
    /// When data may be queued again, in microseconds. What acknowledgements set free all at once, since they came in a
    /// heap, would otherwise go out all at once and come back so; two directions that both do that stop each other.
    /// </summary>
    public long PacedUntil { get; private set; }

    /// <summary>Says that data is queued.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <param name="now">Microseconds.</param>
    public void OnQueued(int bytes, long now)
    {
        if (!isFixed && !opening)
        {
            PacedUntil = Math.Max(PacedUntil, now - LeastTarget) + (long)Math.Min(bytes / (rate * PaceGain), LongestPace);
        }
    }

    /// <summary>Says that bytes were written out.</summary>
    /// <param name="total">All bytes written out so far.</param>
    /// <param name="now">Microseconds.</param>
    public void OnSent(long total, long now) => log.Add(total, now);

    /// <summary>Says that there is nothing more to send although more would be allowed.</summary>
    public void OnIdle()
    {
        // With more on its way, a socket is just empty for a moment, since its program had no time to fill it.
        if (log.Total - acknowledged < Bound / 2)
        {
            sparedUntil = log.Total;
        }
    }

    /// <summary>Says that the other end has acknowledged bytes.</summary>
    /// <param name="total">All bytes acknowledged so far.</param>
    /// <param name="arrivedAt">When the last of them arrived, in microseconds of the other end's clock.</param>
    /// <param name="now">Microseconds.</param>
    public void OnAck(long total, long arrivedAt, long now)
    {
        long before = acknowledged;
        if (total <= before)
        {
            return;
        }

        acknowledged = total;
        log.Find(total, out long sentAt, out long burstStart);
        long arriveTime = arrivedAt - lastArrivedAt;
        long sendTime = sentAt - lastSentAt;
        lastArrivedAt = arrivedAt;
        lastSentAt = sentAt;
        long wait = delay.Add(sentAt, arrivedAt, now);
        if (isFixed || (drainFrom >= 0 && Drain(total, burstStart, sentAt, arrivedAt, now)))
        {
            return;
        }

        long restNow = now - sentAt - wait;
        if (rate > 0)
        {
            // The part that the burst itself makes is no queue.
            wait = Math.Max(0, wait - (long)((total - burstStart) / rate));
        }

        unsteady += (Math.Min(Math.Abs(wait - lastWait), MostUnsteady) - unsteady) / 32;
        lastWait = wait;
        bool spared = before < sparedUntil;
        if (opening && !spared && log.Total - before >= Bound / 2)
        {
            Bound = Math.Min(Bound + total - before, LargestBound);
        }

        if (IsPause(arriveTime))
        {
            span = DeliverySpan.Empty;
            return;
        }

        span.Add(total - before, arriveTime, sendTime, wait, restNow, spared);
        if (span.Count >= LeastSpanCount && span.ArriveTime >= Math.Max(MinRoundTrip / SpansPerRoundTrip, LeastSpan))
        {
            Decide(now);
            span = DeliverySpan.Empty;
        }
    }

    // A link that stops for a while, as while ssh agrees on new keys, is no slower for that. Twice in a row it is.
    private bool IsPause(long interval)
    {
        bool longer = interval > Math.Max(8 * usualInterval, LeastSpan);
        if (longer && !paused)
        {
            paused = true;
            return true;
        }

        usualInterval = longer ? interval : usualInterval + ((interval - usualInterval) / 8);
        paused = false;
        return false;
    }

    private void Decide(long now)
    {
        for (int i = SpansPerRoundTrip - 1; i > 0; i--)
        {
            recent[i] = recent[i - 1];
        }

        recent[0] = span;
        calm = Math.Max(0, calm - 1);
        long restNow = Math.Clamp(span.MeanRest, MinRoundTrip, (2 * MinRoundTrip) + MostLateness);
        rest = Math.Max(rest + ((restNow - rest) / 8), MinRoundTrip);
        if (span.Spared)
        {
            standing = empty = mixed = 0;
            if (!opening)
            {
                rate = Math.Max(rate, RateOver(SpansPerRoundTrip));
            }
            else
            {
                rate = RateOver(1);
            }
        }
        else
        {
            Classify();
            if (opening)
            {
                rate = RateOver(Math.Clamp(standing, 1, SpansPerRoundTrip));
                if (standing >= 2 || (standing == 1 && span.LeastWait > Target))
                {
                    opening = false;
                    extra = 0;
                    trusted = rate;
                }
            }
            else
            {
                Follow(now);
            }
        }

        if (!opening && drainFrom < 0)
        {
            SetBound();
        }
    }
}
