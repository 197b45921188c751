namespace Sshuttle.Protocol;

/// <summary>
/// When to tell the other end how much has arrived: soon, but with as few frames as possible. Acknowledgements are counted
/// in the total, but only many of them are a reason to acknowledge: two idle ends must fall silent, and yet an end
/// that sends nothing else must not seem to have ever more on its way.
/// </summary>
internal sealed class Acknowledger
{
    /// <summary>Bytes that are acknowledged at the end of the turn whatever else happens; an arbitrary limit.</summary>
    public const int Prompt = 32 << 10;

    /// <summary>The longest time that an acknowledgement waits for other output, in microseconds; an arbitrary limit.</summary>
    public const long Delay = 20_000;

    /// <summary>Bytes of acknowledgements that are acknowledged themselves; an arbitrary limit.</summary>
    public const int Many = 1 << 10;

    private long due;
    private long acks;
    private long dueSince = -1;

    /// <summary>Bytes of frames that have arrived on this link.</summary>
    public long Received { get; private set; }

    /// <summary>When an acknowledgement is due at the latest, in microseconds; <see cref="long.MaxValue"/> if none is.</summary>
    public long Deadline => dueSince < 0 ? long.MaxValue : dueSince + Delay;

    /// <summary>Counts a frame that arrived.</summary>
    public void Count(in Frame frame)
    {
        Received += frame.Size;
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

            if (due < Prompt && !otherOutput && now < Deadline)
            {
                dueSince = dueSince < 0 ? now : dueSince;
                return false;
            }
        }

        due = 0;
        acks = 0;
        dueSince = -1;
        return true;
    }
}
