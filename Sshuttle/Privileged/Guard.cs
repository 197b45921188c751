using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Firewall;
using Sshuttle.Net;

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
    /// Starts a guard and waits until it is ready. Without one the rules are still removed in every case but the
    /// helper's being killed, so that is a warning only.
    /// </summary>
    internal static Guard Arm(UndoOrder order, int verbosity)
    {
        (int ours, int theirs) = Descriptor.SocketPair();
        try
        {
            List<string> argv = ["sshuttle", Role];
            for (int i = 0; i < verbosity; i++)
            {
                argv.Add("-v");
            }

            Child child = Child.Start(Self.Executable, argv, Tools.Environment, [(theirs, 0), (2, 1), (2, 2)], newSession: true);
            Guard guard = new(ours, child);
            if (Descriptor.WriteAll(ours, order.ToBytes())
                && new LineSource(ours, null).Next(out string line, ArmTimeoutMilliseconds) == LineEvent.Line
                && line == "ARMED")
            {
                // Tools inherit it: the guard must not undo while one of a killed helper's still puts rules in.
                Descriptor.SetInheritable(ours);
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
            Descriptor.Close(theirs);
        }
    }

    /// <summary>Tells the guard that the helper has undone everything itself, and waits for its end.</summary>
    public void Dispose()
    {
        Descriptor.WriteAll(socket, Done);
        Descriptor.Close(socket);
        child?.Wait();
    }

    /// <summary>The whole life of the guard.</summary>
    /// <param name="verbosity">How many <c>-v</c> the helper has.</param>
    /// <returns>The exit code.</returns>
    public static int Run(int verbosity)
    {
        Log.Configure("fw: ", verbosity, Terminal.Error);
        using Wakeup ignored = new();
        ignored.CatchAll();
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

        Descriptor.WriteAll(0, Armed);
        if (helper.Next(out string last) != LineEvent.Line || last != "DONE")
        {
            Log.Always("the helper is gone: removing its rules");
            PlanRunner.TearDown(parser.Order.Plan().Teardown, Log.Info);
        }

        return 0;
    }
}
