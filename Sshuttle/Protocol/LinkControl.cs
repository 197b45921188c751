using System;

namespace Sshuttle.Protocol;

/// <summary>
/// Decides how many bytes may be on their way to the other end, from what was sent and acknowledged when. For now the
/// bound is fixed: large enough for a fast link, small enough that memory is safe.
/// </summary>
/// <param name="bound">The bound in bytes; <see cref="SmallestBound"/> if less.</param>
public sealed class LinkControl(long bound)
{
    /// <summary>The bound where nothing else is said, in bytes.</summary>
    public const long DefaultBound = 4 << 20;

    /// <summary>The least bound in bytes: acknowledgements and windows alone may have half of this on their way.</summary>
    public const long SmallestBound = 4 << 10;

    private long probe = -1;
    private long probeSentAt;

    /// <summary>Bytes that may be sent and not yet acknowledged.</summary>
    public long Bound { get; } = Math.Max(bound, SmallestBound);

    /// <summary>The shortest time from sending to acknowledgement so far, in microseconds; 0 before the first.</summary>
    public long MinRoundTrip { get; private set; }

    /// <summary>Says that bytes were written out.</summary>
    /// <param name="total">All bytes written out so far.</param>
    /// <param name="now">Microseconds.</param>
    public void OnSent(long total, long now)
    {
        if (probe < 0)
        {
            probe = total;
            probeSentAt = now;
        }
    }

    /// <summary>Says that the other end has acknowledged bytes.</summary>
    /// <param name="total">All bytes acknowledged so far.</param>
    /// <param name="now">Microseconds.</param>
    public void OnAck(long total, long now)
    {
        if (probe < 0 || total < probe)
        {
            return;
        }

        probe = -1;
        long roundTrip = now - probeSentAt;
        if (MinRoundTrip == 0 || roundTrip < MinRoundTrip)
        {
            MinRoundTrip = roundTrip;
        }
    }
}
