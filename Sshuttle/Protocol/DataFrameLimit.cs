using System;

namespace Sshuttle.Protocol;

/// <summary>
/// How large a data frame may be: as large as a block while one channel sends alone, smaller while several take
/// turns, so that none waits long for another's frame.
/// </summary>
internal sealed class DataFrameLimit
{
    /// <summary>Payload of a frame that fills a block of 64 KiB.</summary>
    public const int Alone = (64 << 10) - Frame.HeaderSize;

    /// <summary>Payload while several channels send, and always to the Python program.</summary>
    public const int Shared = 16 << 10;

    /// <summary>Payload that is always allowed; smaller frames are mostly what ssh and TCP put around them.</summary>
    public const int Smallest = 1 << 10;

    // A frame is at most this part of what may be on its way, since it counts only when all of it has arrived.
    private const int PartOfBound = 16;

    private long turn = 1;
    private int senders;
    private int sendersBefore;

    /// <summary>The largest payload for a channel now, in bytes.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="bound">The bytes that may be on their way.</param>
    /// <param name="mayFillBlock">Whether the other end should get frames above <see cref="Shared"/> at all.</param>
    public int For(Channel channel, long bound, bool mayFillBlock)
    {
        bool sentNow = channel.LastTurn == turn;
        bool sentBefore = channel.LastTurn >= turn - 1;
        bool alone = senders - (sentNow ? 1 : 0) == 0 && sendersBefore <= (sentBefore ? 1 : 0);
        return alone && mayFillBlock ? (int)Math.Clamp(bound / PartOfBound, Smallest, Alone) : ForMany(bound);
    }

    /// <summary>The largest payload while several channels send, in bytes.</summary>
    /// <param name="bound">The bytes that may be on their way.</param>
    public static int ForMany(long bound) => (int)Math.Clamp(bound / PartOfBound, Smallest, Shared);

    /// <summary>Says that a channel sent data.</summary>
    public void Sent(Channel channel)
    {
        if (channel.LastTurn != turn)
        {
            channel.LastTurn = turn;
            senders++;
        }
    }

    /// <summary>Ends a turn; one in which nobody sent does not count.</summary>
    public void EndTurn()
    {
        if (senders > 0)
        {
            turn++;
            sendersBefore = senders;
            senders = 0;
        }
    }
}
