using System;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>Plain reading and writing of any descriptor: pipes, sockets, files.</summary>
public static class Descriptor
{
    /// <summary>read(2); 0 is the end.</summary>
    public static SysResult Read(int fd, Span<byte> buffer) => Sys.Read(fd, buffer);

    /// <summary>write(2); may write less than asked.</summary>
    public static SysResult Write(int fd, ReadOnlySpan<byte> data) => Sys.Write(fd, data);

    /// <summary>Writes all, waiting where needed; false when the reader is gone.</summary>
    public static bool WriteAll(int fd, ReadOnlySpan<byte> data) => Sys.WriteAll(fd, data);

    /// <summary>Closes a descriptor that no loop watches.</summary>
    public static void Close(int fd) => Sys.Close(fd);

    /// <summary>Makes reads and writes return instead of waiting.</summary>
    public static void SetNonBlocking(int fd) => _ = Sys.SetNonBlocking(fd, true);

    /// <summary>Keeps an inherited descriptor from reaching our children.</summary>
    public static void SetCloseOnExec(int fd) => Sys.SetCloseOnExec(fd);

    /// <summary>Lets our children have a descriptor.</summary>
    public static void SetInheritable(int fd) => Sys.SetInheritable(fd);

    /// <summary>A pipe: data written to the second comes out of the first.</summary>
    /// <exception cref="Fatal">No descriptor is left.</exception>
    public static (int ReadEnd, int WriteEnd) Pipe()
    {
        SysResult result = Sys.Pipe(out int readEnd, out int writeEnd);
        return result.Ok ? (readEnd, writeEnd) : throw new Fatal($"cannot make a pipe: {Os.ErrorText(result)}");
    }

    /// <summary>
    /// Makes a pipe that we read hold 1 MiB instead of 64 KiB; does nothing to anything else. What ssh cannot write it
    /// collects in a buffer that it copies for every packet, so that with a small pipe it spends its time on that.
    /// </summary>
    public static void EnlargePipe(int fd)
    {
        // The most that anyone may have by default: fs.pipe-max-size.
        const int largest = 1 << 20;
        Sys.SetPipeSize(fd, largest);
    }

    /// <summary>Two connected stream sockets.</summary>
    /// <exception cref="Fatal">No descriptor is left.</exception>
    public static (int First, int Second) SocketPair()
    {
        SysResult result = Sys.SocketPair(out int first, out int second);
        return result.Ok ? (first, second) : throw new Fatal($"cannot make a socket pair: {Os.ErrorText(result)}");
    }

    /// <summary>Waits until one of the descriptors can be read or has ended.</summary>
    /// <param name="fds">Descriptors; negative ones are skipped.</param>
    /// <param name="writable">One more to wait for until it can be written, or -1.</param>
    /// <param name="timeoutMilliseconds">-1 waits without end.</param>
    /// <returns>Bit i is set for fds[i]; the bit behind them for <paramref name="writable"/>; 0 after the timeout.</returns>
    public static uint Wait(ReadOnlySpan<int> fds, int writable, int timeoutMilliseconds)
    {
        Span<PollFd> entries = stackalloc PollFd[fds.Length + 1];
        for (int i = 0; i < fds.Length; i++)
        {
            entries[i] = new PollFd { Fd = fds[i], Events = LinuxAbi.POLLIN };
        }

        entries[fds.Length] = new PollFd { Fd = writable, Events = LinuxAbi.POLLOUT };
        _ = Sys.Poll(entries, timeoutMilliseconds);
        uint ready = 0;
        for (int i = 0; i <= fds.Length; i++)
        {
            ready |= entries[i].Revents != 0 ? 1u << i : 0;
        }

        return ready;
    }
}
