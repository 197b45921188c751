using System;

namespace Sshuttle.Protocol;

/// <summary>
/// How large a data frame may be: as large as a block while one channel sends alone, smaller while several take
/// turns, so that none waits long for another's frame.
/// </summary>
/// <param name="bound">The bytes that may be on their way: one frame is at most half of them.</param>
internal sealed class DataFrameLimit(long bound)
{
    /// <summary>Payload of a frame that fills a block of 64 KiB.</summary>
    public const int Alone = (64 << 10) - Frame.HeaderSize;

    /// <summary>Payload while several channels send, and always to the Python program.</summary>
    public const int Shared = 16 << 10;

    // The Python program's own frame size; smaller ones are mostly header and system call.
    private const int Smallest = 2048;

    private long turn = 1;
    private int senders;
    private int sendersBefore;

    /// <summary>The largest payload for a channel now, in bytes.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="mayFillBlock">Whether the other end should get frames above <see cref="Shared"/> at all.</param>
    public int For(Channel channel, bool mayFillBlock)
    {
        bool sentNow = channel.LastTurn == turn;
        bool sentBefore = channel.LastTurn >= turn - 1;
        bool alone = senders - (sentNow ? 1 : 0) == 0 && sendersBefore <= (sentBefore ? 1 : 0);
        long limit = alone && mayFillBlock ? Alone : Shared;
        return (int)Math.Max(Smallest, Math.Min(limit, bound / 2));
    }

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
