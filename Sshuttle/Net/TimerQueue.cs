using System;
using System.Collections.Generic;

namespace Sshuttle.Net;

/// <summary>Deadlines in a heap. It reads no clock: the time is passed in, in microseconds.</summary>
public sealed class TimerQueue
{
    private readonly PriorityQueue<Timer, long> heap = new();

    /// <summary>The earliest deadline, or <see cref="long.MaxValue"/>.</summary>
    public long Next
    {
        get
        {
            while (heap.TryPeek(out Timer? timer, out long deadline))
            {
                if (timer.Deadline == deadline)
                {
                    return deadline;
                }

                heap.Dequeue();
            }

            return long.MaxValue;
        }
    }

    /// <summary>A timer that is not yet set.</summary>
    public static Timer Create(Action expired) => new(expired);

    /// <summary>Sets or moves a timer.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="deadline">Microseconds; <see cref="long.MaxValue"/> switches it off.</param>
    public void Set(Timer timer, long deadline)
    {
        if (timer.Deadline == deadline)
        {
            return;
        }

        timer.Deadline = deadline;
        if (deadline != long.MaxValue)
        {
            heap.Enqueue(timer, deadline);
        }
    }

    /// <summary>Runs everything whose deadline has come.</summary>
    public void Expire(long now)
    {
        while (Next <= now)
        {
            Timer timer = heap.Dequeue();
            timer.Deadline = long.MaxValue;
            timer.Expired();
        }
    }

    /// <summary>One thing to do at a time that can be moved.</summary>
    public sealed class Timer
    {
        internal Timer(Action expired) => Expired = expired;

        internal Action Expired { get; }

        /// <summary>When it will run, in microseconds, or <see cref="long.MaxValue"/>.</summary>
        public long Deadline { get; internal set; } = long.MaxValue;
    }
}
