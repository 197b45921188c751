using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>
/// Signals as bytes on a pipe. The runtime's signal thread does nothing but write the number; everything else happens in
/// the loop or where the pipe is polled. A signal that was ignored at the start (nohup) stays ignored.
/// </summary>
public sealed class Wakeup : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly int writeEnd;

    /// <summary>Opens the pipe.</summary>
    /// <exception cref="Fatal">There is no descriptor left.</exception>
    public Wakeup()
    {
        SysResult result = Sys.Pipe(out int readEnd, out writeEnd);
        if (!result.Ok)
        {
            throw new Fatal($"cannot make a pipe for signals: {Os.ErrorText(result)}");
        }

        ReadEnd = readEnd;
        _ = Sys.SetNonBlocking(readEnd, true);
        _ = Sys.SetNonBlocking(writeEnd, true);
    }

    /// <summary>Readable when a signal has come; non-blocking.</summary>
    public int ReadEnd { get; }

    /// <summary>Catches a signal from now on.</summary>
    /// <param name="signal">One of the runtime's names, or a raw positive number.</param>
    public void Catch(PosixSignal signal) => registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));

    /// <summary>Catches all that an ordinary kill sends, so that only SIGKILL ends this process.</summary>
    public void CatchAll()
    {
        Catch(PosixSignal.SIGHUP);
        Catch(PosixSignal.SIGINT);
        Catch(PosixSignal.SIGQUIT);
        Catch(PosixSignal.SIGTERM);
        Catch((PosixSignal)LinuxAbi.SIGUSR1);
        Catch((PosixSignal)LinuxAbi.SIGUSR2);
        Catch((PosixSignal)LinuxAbi.SIGALRM);
    }

    /// <summary>The number of the next signal that came, or 0.</summary>
    public int TryTake()
    {
        Span<byte> number = stackalloc byte[1];
        SysResult result = Sys.Read(ReadEnd, number);
        return result.Ok && result.Value == 1 ? number[0] : 0;
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        int number = context.Signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGQUIT => 3,
            PosixSignal.SIGTERM => 15,
            _ => (int)context.Signal,
        };
        _ = Sys.Write(writeEnd, [(byte)number]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }

        Sys.Close(ReadEnd);
        Sys.Close(writeEnd);
    }
}
