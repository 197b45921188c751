using System;
using Sshuttle.Base;

namespace Sshuttle.Native.Linux;

/// <summary>epoll(7) with results out. Events carry a 64-bit token of the caller's.</summary>
public static unsafe class EpollCalls
{
    /// <summary>Size of one event in the buffer of <see cref="Wait"/>, in bytes.</summary>
    public static int EventSize => Epoll.EventSize;

    /// <summary>A new epoll instance; the value is its descriptor.</summary>
    public static SysResult Create() => Os.Result(Epoll.epoll_create1(LinuxAbi.EPOLL_CLOEXEC));

    /// <summary>Watches a descriptor for the given EPOLL events.</summary>
    public static SysResult Add(int epoll, int fd, uint events, long token)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(long*)(entry + Epoll.DataOffset) = token;
        return Os.Result(Epoll.epoll_ctl(epoll, LinuxAbi.EPOLL_CTL_ADD, fd, entry));
    }

    /// <summary>Stops watching a descriptor.</summary>
    public static void Remove(int epoll, int fd)
    {
        byte* entry = stackalloc byte[16];
        _ = Epoll.epoll_ctl(epoll, LinuxAbi.EPOLL_CTL_DEL, fd, entry);
    }

    /// <summary>Waits for events; the value is how many were written to the buffer.</summary>
    /// <param name="epoll">The instance.</param>
    /// <param name="events">Room for a whole number of events of <see cref="EventSize"/> bytes.</param>
    /// <param name="timeoutMilliseconds">-1 waits without end.</param>
    public static SysResult Wait(int epoll, Span<byte> events, int timeoutMilliseconds)
    {
        fixed (byte* pointer = events)
        {
            return Os.Result(Epoll.epoll_wait(epoll, pointer, events.Length / Epoll.EventSize, timeoutMilliseconds));
        }
    }

    /// <summary>The EPOLL bits and the token of the event at an index.</summary>
    public static (uint Events, long Token) Event(ReadOnlySpan<byte> events, int index)
    {
        ReadOnlySpan<byte> entry = events.Slice(index * Epoll.EventSize, Epoll.EventSize);
        return (BitConverter.ToUInt32(entry), BitConverter.ToInt64(entry[Epoll.DataOffset..]));
    }
}
