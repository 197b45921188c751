namespace Sshuttle.Protocol;

/// <summary>
/// The Python program's only flow control, for links to it: after so many payload bytes of any kind a PING goes out, and
/// no connection's data until its PONG has come, so that one such amount is on its way at most.
/// </summary>
/// <param name="limit">The amount in bytes.</param>
internal sealed class Fullness(long limit)
{
    /// <summary>The Python program's own limit in bytes.</summary>
    public const long DefaultLimit = 32 << 10;

    private long bytes;
    private bool waiting;

    /// <summary>Whether connections have to wait.</summary>
    public bool IsFull => waiting || bytes > limit;

    /// <summary>Says that a frame was queued.</summary>
    /// <param name="payload">Its payload bytes; the header does not count.</param>
    public void Queued(int payload) => bytes += payload;

    /// <summary>At the end of a turn: whether a PING must go out now. It is not asked for again before the PONG.</summary>
    public bool TakePingDue()
    {
        if (waiting || bytes <= limit)
        {
            return false;
        }

        waiting = true;
        return true;
    }

    /// <summary>Says that a PONG came; any will do.</summary>
    public void Ponged()
    {
        bytes = 0;
        waiting = false;
    }
}
