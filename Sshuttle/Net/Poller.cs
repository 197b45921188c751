using System;

namespace Sshuttle.Net;

/// <summary>
/// Waits for changes on many descriptors, edge-triggered: one registration for the life of a descriptor, so that no call
/// is spent on changing interests. One subclass per kernel interface, with the same members in the same order.
/// </summary>
public abstract class Poller : IDisposable
{
    /// <summary>The poller of this system.</summary>
    public static Poller Create() => new EpollPoller();

    /// <summary>Watches a descriptor for everything in <see cref="Ready"/>.</summary>
    /// <param name="fd">The descriptor, non-blocking.</param>
    /// <param name="token">Comes back with each event.</param>
    /// <returns>False where the kernel cannot watch it, such as a regular file.</returns>
    public abstract bool Add(int fd, long token);

    /// <summary>Stops watching a descriptor that stays open; closing one does the same.</summary>
    public abstract void Remove(int fd);

    /// <summary>Waits and returns the number of events that <see cref="Event"/> then gives.</summary>
    /// <param name="timeoutMilliseconds">-1 waits without end.</param>
    public abstract int Wait(int timeoutMilliseconds);

    /// <summary>One event of the last <see cref="Wait"/>.</summary>
    public abstract (Ready Events, long Token) Event(int index);

    /// <inheritdoc/>
    public abstract void Dispose();
}
