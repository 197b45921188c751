using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Firewall;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Privileged;

/// <summary>
/// A second process that knows how to undo the rules and does nothing else, so that a killed helper leaves none. It is
/// told the <see cref="UndoOrder"/> over a socket and answers ARMED; if the socket closes before DONE, it undoes.
/// </summary>
public sealed class Guard : IDisposable
{
    /// <summary>The word of the command line that starts this role.</summary>
    public const string Role = "--guard";

    // Arbitrary: starting takes a few milliseconds.
    private const int ArmTimeoutMilliseconds = 10_000;

    private static readonly byte[] Armed = "ARMED\n"u8.ToArray();
    private static readonly byte[] Done = "DONE\n"u8.ToArray();

    private readonly int socket;
    private readonly Child? child;

    private Guard(int socket, Child? child)
    {
        this.socket = socket;
        this.child = child;
    }

    /// <summary>
    /// Starts a guard and waits until it is ready. Without one (no descriptors, no /proc) the rules are still removed
    /// in every case but the helper's being killed, so that is a warning only.
    /// </summary>
    internal static Guard Arm(UndoOrder order, int verbosity)
    {
        if (!Sys.SocketPair(out int ours, out int theirs).Ok)
        {
            Log.Always("warning: no guard: there is no descriptor left");
            return new Guard(-1, null);
        }

        try
        {
            List<string> argv = ["sshuttle", Role];
            for (int i = 0; i < verbosity; i++)
            {
                argv.Add("-v");
            }

            // The same file even where it was replaced or deleted meanwhile.
            Child child = Child.Start("/proc/self/exe", argv, Tools.Environment, [(theirs, 0), (2, 1), (2, 2)], newSession: true);
            Guard guard = new(ours, child);
            if (Sys.WriteAll(ours, order.ToBytes())
                && new LineSource(ours, null).Next(out string line, ArmTimeoutMilliseconds) == LineEvent.Line
                && line == "ARMED")
            {
                // Tools inherit it: the guard must not undo while one of a killed helper's still puts rules in.
                Sys.SetInheritable(ours);
                return guard;
            }

            Log.Always("warning: the guard did not start; if the helper is killed, its rules stay");
            return guard;
        }
        catch (Fatal fatal)
        {
            Log.Always($"warning: no guard: {fatal.Message}");
            return new Guard(ours, null);
        }
        finally
        {
            Sys.Close(theirs);
        }
    }

    /// <summary>Tells the guard that the helper has undone everything itself, and waits for its end.</summary>
    public void Dispose()
    {
        if (socket >= 0)
        {
            Sys.WriteAll(socket, Done);
            Sys.Close(socket);
            child?.Wait();
        }
    }

    /// <summary>The whole life of the guard.</summary>
    /// <param name="verbosity">How many <c>-v</c> the helper has.</param>
    /// <returns>The exit code.</returns>
    public static int Run(int verbosity)
    {
        Log.Configure("fw: ", verbosity, static line => Sys.WriteAll(2, line));
        List<PosixSignalRegistration> ignored = IgnoreSignals();
        LineSource helper = new(0, null);
        UndoOrder.Parser parser = new();
        while (parser.Order is null)
        {
            // Nothing is changed before ARMED, so there is nothing to undo here.
            if (helper.Next(out string line) != LineEvent.Line || !parser.TryFeed(line))
            {
                return Fatal.DefaultCode;
            }
        }

        Sys.WriteAll(0, Armed);
        if (helper.Next(out string last) != LineEvent.Line || last != "DONE")
        {
            Log.Always("the helper is gone: removing its rules");
            PlanRunner.TearDown(parser.Order.Plan().Teardown, Log.Info);
        }

        GC.KeepAlive(ignored);
        return 0;
    }

    /// <summary>All that the guard has to fear from an ordinary kill; numbers without a name are raw ones.</summary>
    private static List<PosixSignalRegistration> IgnoreSignals()
    {
        List<PosixSignalRegistration> registrations = [];
        foreach (PosixSignal signal in new[]
        {
            PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM,
            (PosixSignal)LinuxAbi.SIGUSR1, (PosixSignal)LinuxAbi.SIGUSR2, (PosixSignal)LinuxAbi.SIGALRM,
        })
        {
            registrations.Add(PosixSignalRegistration.Create(signal, static context => context.Cancel = true));
        }

        return registrations;
    }
}
