using System;

namespace Sshuttle.Protocol;

/// <content>What follows from one span of acknowledgements: the rate, the bound, and when to look for the shortest way anew.</content>
public sealed partial class LinkControl
{
    // Acknowledgements that come late, since the way back is busy or they come in heaps, do not make the link slower.
    private void SetBound()
    {
        Bound = Math.Clamp((long)((rate * (rest + Target)) + extra), SmallestBound, LargestBound);
    }

    private void Classify()
    {
        if (span.LeastWait >= Math.Max(Target / 4, (span.MostWait - span.LeastWait) / 2))
        {
            standing++;
            empty = mixed = 0;
        }
        else if (span.MostWait < Target / 2 && span.MeanRest < MinRoundTrip + Target)
        {
            empty++;
            standing = mixed = 0;
        }
        else
        {
            mixed++;
            standing = empty = 0;
        }
    }

    private void Follow(long now)
    {
        long target = Target;
        double error = Math.Clamp(target - span.LeastWait, -4 * target, target) * rate / 16;
        if (standing > 0)
        {
            double measured = RateOver(Math.Min(standing, SpansPerRoundTrip));
            bool sure = standing >= SpansPerRoundTrip
                || (standing >= 2 && (measured > rate || span.LeastWait > Math.Max(MinRoundTrip / 2, 2 * target)));
            if (sure)
            {
                rate = measured;
                trusted = Math.Max(trusted, rate);
            }

            extra += error;
            tooMuch = span.LeastWait > 2 * target ? tooMuch + 1 : 0;
            bool settled = standing >= SpansPerRoundTrip && Math.Abs(RateOver(2) - rate) < rate / 16;
            if (settled && (tooMuch >= DoubtAfterSpans || rate < trusted * 0.75 || now - delay.SeenAt > RelearnAfter))
            {
                drainFrom = log.Total;
                Bound = Math.Max(1, (long)(rate * MinRoundTrip * DrainPart));
                drainUntil = drainFrom + Math.Max(1, Bound / 2);
            }
        }
        else if (empty >= 2 && calm == 0)
        {
            PacedUntil = 0;
            opening = true;
        }
        else
        {
            rate = Math.Max(rate, RateOver(SpansPerRoundTrip));
            extra += error * (1 << Math.Min(mixed / SpansPerRoundTrip, 3));
        }

        extra = Math.Clamp(extra, -rate * (rest - MinRoundTrip + (target / 2)), rate * (MinRoundTrip + 20_000));
    }

    private double RateOver(int spans)
    {
        DeliverySpan sum = recent[0];
        for (int i = 1; i < spans; i++)
        {
            sum.Add(recent[i]);
        }

        return spans <= standing ? sum.ArriveRate : sum.Rate;
    }

    // True while it goes on.
    private bool Drain(long total, long burstStart, long sentAt, long arrivedAt, long now)
    {
        if (burstStart < drainFrom)
        {
            return true;
        }

        // A frame's own time is no part of the way; but where jitter hides the way, rather believe it too long than too short.
        long ownTime = 3 * unsteady < LeastTarget ? (long)((total - burstStart) / rate) : 0;
        delay.Learn(sentAt + Math.Min(ownTime, (now - sentAt) / 2), arrivedAt, now);
        if (total < drainUntil)
        {
            return true;
        }

        delay.Relearn(now);
        drainFrom = -1;
        tooMuch = 0;
        extra = 0;
        calm = 2 * SpansPerRoundTrip;
        sparedUntil = log.Total;
        standing = 0;
        span = DeliverySpan.Empty;
        trusted = rate;
        SetBound();
        return true;
    }
}
