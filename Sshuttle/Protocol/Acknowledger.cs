using System;

namespace Sshuttle.Protocol;

/// <summary>
/// When to tell the other end how much has arrived: soon, since it measures the link by the answers, but not so often that
/// a fast link is busy with them. Acknowledgements are counted in the total, but only many of them are a reason to
/// acknowledge: two idle ends must fall silent, and yet an end that sends nothing else must not seem to have ever more
/// on its way.
/// </summary>
internal sealed class Acknowledger
{
    /// <summary>Bytes that are acknowledged at the end of the turn unless that was just done; an arbitrary limit.</summary>
    public const int Prompt = 1 << 10;

    /// <summary>The least time between two acknowledgements that nothing else takes along, in microseconds.</summary>
    public const long Spacing = 1_000;

    /// <summary>Bytes that are acknowledged at the end of the turn in any case; an arbitrary limit.</summary>
    public const int Plenty = 256 << 10;

    /// <summary>The longest time that an acknowledgement waits for other output, in microseconds; an arbitrary limit.</summary>
    public const long Delay = 20_000;

    /// <summary>Bytes of acknowledgements that are acknowledged themselves; an arbitrary limit.</summary>
    public const int Many = 1 << 10;

    private long due;
    private long acks;
    private long lastAt = long.MinValue / 2;

    /// <summary>Bytes of frames that have arrived on this link.</summary>
    public long Received { get; private set; }

    /// <summary>When the last of them arrived, in microseconds.</summary>
    public long ReceivedAt { get; private set; }

    /// <summary>When an acknowledgement is due at the latest, in microseconds; <see cref="long.MaxValue"/> if none is.</summary>
    public long Deadline { get; private set; } = long.MaxValue;

    /// <summary>Counts a frame that arrived.</summary>
    public void Count(in Frame frame, long now)
    {
        Received += frame.Size;
        ReceivedAt = now;
        if (frame.Command == Command.Ack)
        {
            acks += frame.Size;
        }
        else
        {
            due += frame.Size;
        }
    }

    /// <summary>At the end of a turn: whether an acknowledgement must go out now.</summary>
    /// <param name="otherOutput">Whether something goes out anyway.</param>
    /// <param name="now">Microseconds.</param>
    public bool TakeDue(bool otherOutput, long now)
    {
        if (acks < Many)
        {
            if (due == 0)
            {
                return false;
            }

            Deadline = Math.Min(Deadline, due < Prompt ? now + Delay : Math.Max(now, lastAt + Spacing));
            if (due < Plenty && !otherOutput && now < Deadline)
            {
                return false;
            }
        }

        due = 0;
        acks = 0;
        lastAt = now;
        Deadline = long.MaxValue;
        return true;
    }
}
