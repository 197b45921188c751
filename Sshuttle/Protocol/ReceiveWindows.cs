using System;

namespace Sshuttle.Protocol;

/// <summary>
/// How much each channel's other end may send. A stalled reader fills only its own window; the windows together stay
/// near a budget: new channels get less as it fills, and growing channels a part of what is left.
/// </summary>
/// <param name="budget">Bytes that may be promised and not yet consumed.</param>
/// <param name="initial">Bytes that every channel may send from the start, as our greeting says.</param>
internal sealed class ReceiveWindows(long budget, int initial)
{
    /// <summary>A channel's window while half of the budget is free.</summary>
    public const long Usual = 256 << 10;

    /// <summary>The window of a channel in use never stays below this, or nothing would move on a full budget.</summary>
    public const long Smallest = 64 << 10;

    /// <summary>The largest window: 320 Mbit/s at 100 ms.</summary>
    public const long Largest = 4 << 20;

    // Microseconds. A window that is used up within this time may be what limits the sender: no usual round trip is longer.
    private const long GrowWithin = 1_000_000;

    /// <summary>What all other ends may still send, and what they sent and is not consumed, in bytes.</summary>
    public long Promised { get; private set; }

    private long Unpromised => budget - Promised;

    /// <summary>Begins a channel's window, which the other end may use at once.</summary>
    /// <returns>Credit to give beyond that, 0 for none.</returns>
    public uint Open(Channel channel, long now)
    {
        channel.HasWindow = true;
        channel.ReceiveCredit = initial;
        channel.ReceiveWindow = initial;
        channel.GrantedAt = now;
        Promised += initial;
        long window = Unpromised >= budget / 2 ? Usual : Unpromised >= budget / 4 ? Smallest : initial;
        channel.ReceiveWindow = Math.Max(window, initial);
        return Grant(channel);
    }

    /// <summary>Counts data that arrived; false if it was more than allowed.</summary>
    public static bool TryReceive(Channel channel, int count)
    {
        if (count > channel.ReceiveCredit)
        {
            return false;
        }

        channel.ReceiveCredit -= count;
        channel.Unconsumed += count;
        return true;
    }

    /// <summary>Counts data that has left to the local socket.</summary>
    /// <returns>Credit to give now, 0 for none: it is given back in parts of at least a quarter of the window.</returns>
    public uint Consume(Channel channel, int count, long now)
    {
        if (!channel.HasWindow)
        {
            return 0;
        }

        channel.Unconsumed -= count;
        Promised -= count;
        channel.KeepsUp |= channel.Unconsumed == 0;
        channel.ReceiveWindow = Math.Max(channel.ReceiveWindow, Smallest);
        long missing = channel.ReceiveWindow - channel.ReceiveCredit - channel.Unconsumed;
        if (!channel.CanReceive || missing < channel.ReceiveWindow / 4)
        {
            return 0;
        }

        Resize(channel, missing, now - channel.GrantedAt);
        channel.GrantedAt = now;
        channel.KeepsUp = channel.Unconsumed == 0;
        return Grant(channel);
    }

    /// <summary>Takes back what the other end will not use any more, since it has ended or was told to stop.</summary>
    public void StopReceiving(Channel channel)
    {
        if (channel.HasWindow)
        {
            Promised -= channel.ReceiveCredit;
            channel.ReceiveCredit = 0;
        }
    }

    /// <summary>Ends a channel's window.</summary>
    public void Close(Channel channel)
    {
        if (channel.HasWindow)
        {
            channel.HasWindow = false;
            Promised -= channel.ReceiveCredit + channel.Unconsumed;
        }
    }

    private void Resize(Channel channel, long used, long elapsed)
    {
        long window = channel.ReceiveWindow;
        bool usedUpQuickly = used * GrowWithin > window * elapsed;
        if (Unpromised < budget / 8)
        {
            channel.ReceiveWindow = Math.Max(window / 2, Smallest);
        }
        else if (channel.KeepsUp && usedUpQuickly && window <= Unpromised / 4)
        {
            channel.ReceiveWindow = Math.Min(window * 2, Largest);
        }
    }

    private uint Grant(Channel channel)
    {
        long credit = Math.Max(0, channel.ReceiveWindow - channel.ReceiveCredit - channel.Unconsumed);
        channel.ReceiveCredit += credit;
        Promised += credit;
        return (uint)credit;
    }
}
