using System;
using System.Collections.Generic;
using Sshuttle.Native;

namespace Sshuttle.Net;

/// <summary>
/// The loop of one process: waits, hands out events, runs timers, then calls <see cref="TurnEnded"/> once, where whatever
/// the turn produced is written in one piece. It owns the numbers of the descriptors given to it: they are closed through
/// <see cref="CloseLater"/>, after the batch, so that a number reused within a batch never sees an older event.
/// </summary>
public sealed class EventLoop : IDisposable
{
    private readonly Poller poller = Poller.Create();
    private readonly List<int> closing = [];
    private Slot[] slots = new Slot[64];
    private bool stopped;

    /// <summary>The time of the current turn in microseconds.</summary>
    public long Now { get; private set; } = Clock.Microseconds;

    /// <summary>The deadlines of this loop.</summary>
    public TimerQueue Timers { get; } = new();

    /// <summary>Set at the end of a turn where work is left over: the next wait then returns at once.</summary>
    public bool Busy { get; set; }

    /// <summary>Called at the end of each turn.</summary>
    public Action? TurnEnded { get; set; }

    /// <summary>Watches a descriptor. False where the kernel cannot.</summary>
    public bool Add(int fd, IReady handler)
    {
        if (fd >= slots.Length)
        {
            Array.Resize(ref slots, Math.Max(fd + 1, slots.Length * 2));
        }

        uint generation = slots[fd].Generation + 1;
        slots[fd] = new Slot(handler, generation);
        if (poller.Add(fd, Token(fd, generation)))
        {
            return true;
        }

        slots[fd] = new Slot(null, generation);
        return false;
    }

    /// <summary>Stops watching a descriptor that stays open.</summary>
    public void Remove(int fd)
    {
        if (Forget(fd))
        {
            poller.Remove(fd);
        }
    }

    /// <summary>Stops watching a descriptor and closes it after the current batch of events.</summary>
    public void CloseLater(int fd)
    {
        Forget(fd);
        closing.Add(fd);
    }

    /// <summary>Ends <see cref="Run"/> after the current turn.</summary>
    public void Stop() => stopped = true;

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public void Run()
    {
        while (!stopped)
        {
            RunTurn();
        }

        stopped = false;
    }

    private void RunTurn()
    {
        int count = poller.Wait(Busy ? 0 : Timeout());
        Busy = false;
        Now = Clock.Microseconds;
        for (int i = 0; i < count; i++)
        {
            (Ready events, long token) = poller.Event(i);
            int fd = (int)(uint)token;
            if (slots[fd].Handler is IReady handler && slots[fd].Generation == (uint)(token >> 32))
            {
                handler.OnReady(events);
            }
        }

        Timers.Expire(Now);
        TurnEnded?.Invoke();
        foreach (int fd in closing)
        {
            Sys.Close(fd);
        }

        closing.Clear();
    }

    private int Timeout()
    {
        long next = Timers.Next;
        if (next == long.MaxValue)
        {
            return -1;
        }

        long microseconds = next - Clock.Microseconds;
        return microseconds <= 0 ? 0 : (int)Math.Min((microseconds + 999) / 1000, int.MaxValue);
    }

    private bool Forget(int fd)
    {
        if (fd >= slots.Length || slots[fd].Handler is null)
        {
            return false;
        }

        slots[fd] = new Slot(null, slots[fd].Generation);
        return true;
    }

    private static long Token(int fd, uint generation) => ((long)generation << 32) | (uint)fd;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (int fd in closing)
        {
            Sys.Close(fd);
        }

        poller.Dispose();
    }

    private readonly record struct Slot(IReady? Handler, uint Generation);
}
