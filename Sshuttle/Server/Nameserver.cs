using System;
using Sshuttle.Base;

namespace Sshuttle.Server;

/// <summary>One nameserver, and whether it is worth asking first. Times are microseconds of the event loop.</summary>
/// <param name="address">Where it is.</param>
/// <param name="port">Its port.</param>
public sealed class Nameserver(ScopedAddress address, ushort port)
{
    // Arbitrary: long enough that a dead one costs next to nothing, short enough to be found when it is back.
    private const long FirstPenalty = 60_000_000;
    private const long LongestPenalty = 960_000_000;

    private long penalty;
    private long badUntil;
    private long answeredAt = long.MinValue;

    /// <summary>Where it is.</summary>
    public ScopedAddress Address => address;

    /// <summary>Its port.</summary>
    public ushort Port => port;

    /// <summary>Whether the others should be asked first.</summary>
    public bool IsBad(long now) => now < badUntil;

    /// <summary>It has answered.</summary>
    public void Answered(long now)
    {
        answeredAt = now;
        penalty = 0;
        badUntil = 0;
    }

    /// <summary>
    /// It has not answered a question, or could not be asked. If it has answered another one since that was asked, then
    /// a datagram was lost and nothing else is wrong.
    /// </summary>
    /// <param name="askedAt">When the question was asked.</param>
    /// <param name="now">Now.</param>
    public void Failed(long askedAt, long now)
    {
        if (answeredAt < askedAt && !IsBad(now))
        {
            penalty = penalty == 0 ? FirstPenalty : Math.Min(2 * penalty, LongestPenalty);
            badUntil = now + penalty;
            Log.Info($"nameserver {address} does not answer; the others go first for {penalty / 1_000_000} s");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => address.ToString();
}
