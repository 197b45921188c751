using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Sshuttle.Base;
using Sshuttle.Native.Linux;

namespace Sshuttle.Native;

/// <summary>
/// posix_spawn(3): the only way a runtime with threads may start a process. Every signal gets its default action and
/// none is blocked, since the runtime ignores SIGPIPE and children would inherit that.
/// </summary>
public static unsafe class Spawn
{
    // glibc and musl: 80 and 336 bytes; the BSDs keep a pointer there.
    private const int OpaqueSize = 512;

    /// <summary>Starts a program; the value is its pid.</summary>
    /// <param name="path">The file to execute; not searched for.</param>
    /// <param name="argv">All arguments, the name first.</param>
    /// <param name="environment">The whole environment as NAME=value.</param>
    /// <param name="inherited">Pairs of (our descriptor, the child's number); all others must be close-on-exec.</param>
    /// <param name="newSession">Whether the child leads a session of its own, away from the terminal.</param>
    public static SysResult Start(string path, IReadOnlyList<string> argv, IReadOnlyList<string> environment, ReadOnlySpan<(int Ours, int Theirs)> inherited, bool newSession = false)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        byte* attributes = stackalloc byte[OpaqueSize];
        byte* signals = stackalloc byte[128];
        short flags = LinuxAbi.POSIX_SPAWN_SETSIGDEF | LinuxAbi.POSIX_SPAWN_SETSIGMASK;
        if (newSession)
        {
            flags |= LinuxAbi.POSIX_SPAWN_SETSID;
        }

        _ = Libc.posix_spawn_file_actions_init(actions);
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawnattr_setflags(attributes, flags);
        _ = Libc.sigfillset(signals);
        _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);
        _ = Libc.sigemptyset(signals);
        _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
        foreach ((int ours, int theirs) in inherited)
        {
            _ = Libc.posix_spawn_file_actions_adddup2(actions, ours, theirs);
        }

        byte** arguments = NativeArray(argv);
        byte** variables = NativeArray(environment);
        int pid;
        int error;
        fixed (byte* file = Sys.CString(path))
        {
            error = Libc.posix_spawn(&pid, file, actions, attributes, arguments, variables);
        }

        FreeArray(arguments, argv.Count);
        FreeArray(variables, environment.Count);
        _ = Libc.posix_spawn_file_actions_destroy(actions);
        _ = Libc.posix_spawnattr_destroy(attributes);
        return error == 0 ? SysResult.Of(pid) : Os.Failure(error);
    }

    /// <summary>
    /// Waits for a child. The value is its exit status, or 128 + the signal that ended it; with
    /// <paramref name="block"/> false and a child that still runs, the result is <see cref="Errno.Again"/>.
    /// </summary>
    public static SysResult WaitFor(int pid, bool block)
    {
        const int EAGAIN = 11;
        while (true)
        {
            int status;
            SysResult result = Os.Result(Libc.waitpid(pid, &status, block ? 0 : LinuxAbi.WNOHANG));
            if (result.Errno == Errno.Interrupted)
            {
                continue;
            }

            if (!result.Ok)
            {
                return result;
            }

            if (result.Value == 0)
            {
                return Os.Failure(EAGAIN);
            }

            int signal = status & 0x7f;
            return SysResult.Of(signal == 0 ? (status >> 8) & 0xff : 128 + signal);
        }
    }

    private static byte** NativeArray(IReadOnlyList<string> words)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)words.Count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < words.Count; i++)
        {
            byte[] bytes = Sys.CString(words[i]);
            array[i] = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
            bytes.CopyTo(new Span<byte>(array[i], bytes.Length));
        }

        return array;
    }

    private static void FreeArray(byte** array, int count)
    {
        for (int i = 0; i < count; i++)
        {
            NativeMemory.Free(array[i]);
        }

        NativeMemory.Free(array);
    }
}
