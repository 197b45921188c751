using System;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Native.Linux;

namespace Sshuttle.Native;

/// <summary>System calls with spans in and results out. Every call that can be interrupted is repeated on EINTR.</summary>
public static unsafe class Sys
{
    /// <summary>read(2). 0 is the end of the file.</summary>
    public static SysResult Read(int fd, Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            while (true)
            {
                SysResult result = Os.Result(Libc.read(fd, pointer, (nuint)buffer.Length));
                if (result.Errno != Errno.Interrupted)
                {
                    return result;
                }
            }
        }
    }

    /// <summary>write(2); may write less than asked. SIGPIPE is ignored by the runtime, so a closed reader is EPIPE.</summary>
    public static SysResult Write(int fd, ReadOnlySpan<byte> data)
    {
        fixed (byte* pointer = data)
        {
            while (true)
            {
                SysResult result = Os.Result(Libc.write(fd, pointer, (nuint)data.Length));
                if (result.Errno != Errno.Interrupted)
                {
                    return result;
                }
            }
        }
    }

    /// <summary>Writes all of the data, waiting where a descriptor is non-blocking; false when the other side is gone.</summary>
    public static bool WriteAll(int fd, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            SysResult result = Write(fd, data);
            if (result.IsAgain)
            {
                Wait(fd, LinuxAbi.POLLOUT, -1);
            }
            else if (!result.Ok)
            {
                return false;
            }
            else
            {
                data = data[result.Value..];
            }
        }

        return true;
    }

    /// <summary>Waits for one descriptor. The value is 0 after the timeout.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="events">POLLIN or POLLOUT.</param>
    /// <param name="timeoutMilliseconds">-1 waits without end.</param>
    public static SysResult Wait(int fd, short events, int timeoutMilliseconds)
    {
        PollFd entry = new() { Fd = fd, Events = events };
        return Poll(new Span<PollFd>(ref entry), timeoutMilliseconds);
    }

    /// <summary>poll(2) over several descriptors; the value is how many have news.</summary>
    public static SysResult Poll(Span<PollFd> entries, int timeoutMilliseconds)
    {
        fixed (PollFd* pointer = entries)
        {
            while (true)
            {
                SysResult result = Os.Result(Libc.poll(pointer, (nuint)entries.Length, timeoutMilliseconds));
                if (result.Errno != Errno.Interrupted)
                {
                    return result;
                }
            }
        }
    }

    /// <summary>close(2). Never repeated: on Linux the descriptor is gone even after EINTR.</summary>
    public static void Close(int fd) => _ = Libc.close(fd);

    /// <summary>open(2) with O_CLOEXEC.</summary>
    public static SysResult Open(string path, int flags, int mode = 0)
    {
        fixed (byte* pointer = CString(path))
        {
            return Os.Result(Libc.open(pointer, flags | LinuxAbi.O_CLOEXEC, mode));
        }
    }

    /// <summary>pipe2(2) with O_CLOEXEC.</summary>
    public static SysResult Pipe(out int readEnd, out int writeEnd)
    {
        int* fds = stackalloc int[2];
        SysResult result = Os.Result(Libc.pipe2(fds, LinuxAbi.O_CLOEXEC));
        (readEnd, writeEnd) = result.Ok ? (fds[0], fds[1]) : (-1, -1);
        return result;
    }

    /// <summary>A pair of connected AF_UNIX stream sockets with SOCK_CLOEXEC.</summary>
    public static SysResult SocketPair(out int first, out int second)
    {
        int* fds = stackalloc int[2];
        SysResult result = Os.Result(Libc.socketpair(LinuxAbi.AF_UNIX, LinuxAbi.SOCK_STREAM | LinuxAbi.SOCK_CLOEXEC, 0, fds));
        (first, second) = result.Ok ? (fds[0], fds[1]) : (-1, -1);
        return result;
    }

    /// <summary>Sets or clears O_NONBLOCK, which belongs to the open file and not to the descriptor.</summary>
    public static SysResult SetNonBlocking(int fd, bool on)
    {
        SysResult flags = Os.Result(Libc.fcntl(fd, LinuxAbi.F_GETFL, 0));
        if (!flags.Ok)
        {
            return flags;
        }

        int wanted = on ? flags.Value | LinuxAbi.O_NONBLOCK : flags.Value & ~LinuxAbi.O_NONBLOCK;
        return Os.Result(Libc.fcntl(fd, LinuxAbi.F_SETFL, wanted));
    }

    /// <summary>Sets the capacity of a pipe in bytes, from either end; fails harmlessly on other descriptors.</summary>
    public static void SetPipeSize(int fd, int bytes) => _ = Libc.fcntl(fd, LinuxAbi.F_SETPIPE_SZ, bytes);

    /// <summary>Keeps a descriptor that was inherited from reaching the children of this process.</summary>
    public static void SetCloseOnExec(int fd) => _ = Libc.fcntl(fd, LinuxAbi.F_SETFD, LinuxAbi.FD_CLOEXEC);

    /// <summary>Lets the children of this process have a descriptor.</summary>
    public static void SetInheritable(int fd) => _ = Libc.fcntl(fd, LinuxAbi.F_SETFD, 0);

    /// <summary>
    /// Opens /dev/null in place of standard descriptors that are closed, so that no socket of ours gets such a number and
    /// then the lines meant for standard error.
    /// </summary>
    public static void OpenStandardDescriptors()
    {
        fixed (byte* path = CString("/dev/null"))
        {
            for (int fd = 0; fd <= 2; fd++)
            {
                if (Libc.fcntl(fd, LinuxAbi.F_GETFL, 0) < 0)
                {
                    // The lowest free number is this one.
                    _ = Libc.open(path, LinuxAbi.O_RDWR, 0);
                }
            }
        }
    }

    /// <summary>Whether a descriptor is a terminal.</summary>
    public static bool IsTerminal(int fd) => Libc.isatty(fd) == 1;

    /// <summary>Whether this process may execute the file.</summary>
    public static bool IsExecutable(string path)
    {
        const int X_OK = 1;
        fixed (byte* pointer = CString(path))
        {
            return Libc.access(pointer, X_OK) == 0;
        }
    }

    /// <summary>The target of a symbolic link, or null where there is none.</summary>
    public static string? ReadLink(string path)
    {
        byte* buffer = stackalloc byte[4096];
        fixed (byte* pointer = CString(path))
        {
            nint length = Libc.readlink(pointer, buffer, 4096);
            return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
        }
    }

    /// <summary>Raises the limit of open descriptors as far as allowed and returns it.</summary>
    public static ulong RaiseDescriptorLimit()
    {
        RLimit limit;
        if (Libc.getrlimit(LinuxAbi.RLIMIT_NOFILE, &limit) < 0)
        {
            return 1024;
        }

        RLimit raised = limit with { Soft = limit.Hard };
        return Libc.setrlimit(LinuxAbi.RLIMIT_NOFILE, &raised) < 0 ? limit.Soft : raised.Soft;
    }

    /// <summary>Fills a buffer of at most 256 bytes with random bytes that nobody can guess.</summary>
    public static void Random(Span<byte> buffer)
    {
        fixed (byte* pointer = buffer)
        {
            // Up to this size it neither stops half way nor fails.
            _ = Libc.getrandom(pointer, (nuint)buffer.Length, 0);
        }
    }

    /// <summary>The number of a network interface, 0 where there is none of this name.</summary>
    public static uint InterfaceIndex(string name)
    {
        fixed (byte* pointer = CString(name))
        {
            return Libc.if_nametoindex(pointer);
        }
    }

    /// <summary>kill(2).</summary>
    public static SysResult Kill(int pid, int signal) => Os.Result(Libc.kill(pid, signal));

    /// <summary>Starts a new session, away from the terminal; fails harmlessly in a process that leads a group.</summary>
    public static void NewSession() => _ = Libc.setsid();

    /// <summary>The effective user id.</summary>
    public static uint EffectiveUser => Libc.geteuid();

    /// <summary>The process id.</summary>
    public static int ProcessId => Libc.getpid();

    internal static byte[] CString(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
