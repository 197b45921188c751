using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Firewall;
using Sshuttle.Net;

namespace Sshuttle.Client;

/// <summary>
/// The privileged helper as the client sees it: started through whatever gives root, told the rules once, and gone, rules
/// and all, when its socket closes.
/// </summary>
public sealed partial class FirewallHelper
{
    // Arbitrary, as in the Python program: wrappers of sudo may print a few lines of their own.
    private const int MaxForeignLines = 100;
    private const int ExitTimeoutMilliseconds = 30_000;

    private readonly Child child;
    private readonly LineBuffer lines = new();
    private bool closed;

    private FirewallHelper(Child child, int fd)
    {
        this.child = child;
        Fd = fd;
    }

    /// <summary>Our end of the socket; readable when the helper says something or is gone.</summary>
    public int Fd { get; }

    /// <summary>The method that the helper chose.</summary>
    public IFirewallMethod Method { get; private set; } = Methods.All[0];

    /// <summary>Starts the helper by the first way that leads to a READY: sudo, doas, su, or as we are.</summary>
    /// <param name="method">The method's name, or auto.</param>
    /// <param name="verbosity">Handed on.</param>
    /// <param name="interrupted">A descriptor that becomes readable when the user wants to stop.</param>
    /// <returns>Null when the user stopped it.</returns>
    /// <exception cref="Fatal">No way led to it.</exception>
    public static FirewallHelper? Start(string method, int verbosity, int interrupted)
    {
        string self = Self.Path;
        List<string> command = [self, "--firewall", "--method", method];
        if (verbosity > 0)
        {
            command.Add("-" + new string('v', verbosity));
        }

        foreach (string[] argv in Elevation.Attempts(Self.IsRoot, Terminal.InputIsTerminal, command, program => Which.Find(program) is not null))
        {
            Log.Debug($"starting the firewall helper: {ShellQuote.Line(argv)}");
            (int ours, int theirs) = Descriptor.SocketPair();

            // su reads its password from standard input; its shell then puts the socket there.
            ReadOnlySpan<(int, int)> inherited = argv[0] == Elevation.Su ? [(theirs, 1)] : [(theirs, 0), (theirs, 1)];
            Child child = Child.Start(Which.Find(argv[0]) ?? argv[0], argv, Child.EnvironmentWith(), inherited);
            Descriptor.Close(theirs);
            FirewallHelper helper = new(child, ours);
            Waited outcome = helper.WaitForReady(interrupted);
            if (outcome == Waited.Ready)
            {
                return helper;
            }

            Descriptor.Close(ours);
            if (outcome == Waited.Interrupted)
            {
                child.Terminate();
                return null;
            }

            _ = child.Wait();
        }

        throw new Fatal("All attempts to run firewall client process with elevated privileges were failed: install sudo or doas and allow it for this user, or run sshuttle as root");
    }

    /// <summary>Puts the rules in and returns when they are active.</summary>
    /// <exception cref="Fatal">They cannot be had; nothing is left of them then.</exception>
    public void Apply(FirewallRequest request)
    {
        if (!Descriptor.WriteAll(Fd, FirewallWire.Request(request)))
        {
            throw Gone();
        }

        _ = WaitFor(FirewallReplyKind.Started, "the firewall rules cannot be set: ");
        Descriptor.SetNonBlocking(Fd);
    }

    /// <summary>Has the rules taken out and waits until they are; a second call does nothing.</summary>
    public void Close()
    {
        if (closed)
        {
            return;
        }

        closed = true;
        Descriptor.Close(Fd);
        long deadline = Clock.Microseconds + (ExitTimeoutMilliseconds * 1000L);
        while (child.TryWait() is null && Clock.Microseconds < deadline)
        {
            _ = Descriptor.Wait([], -1, 5);
        }

        if (child.TryWait() is not int status)
        {
            Log.Always($"warning: the firewall helper (pid {child.Pid}) has not finished taking out the rules after {ExitTimeoutMilliseconds / 1000} s; it goes on alone");
        }
        else if (status != 0)
        {
            Log.Always($"cleanup: the firewall helper returned {status}");
        }
    }

    /// <summary>The error that the helper ended on its own.</summary>
    public static Fatal Gone() => new("the firewall helper ended unexpectedly; its guard has taken the rules out");

    // Others than the wanted reply and a failure, whose reason is thrown behind some words, are passed over.
    private FirewallReply WaitFor(FirewallReplyKind wanted, string failure)
    {
        while (true)
        {
            FirewallReply reply = FirewallWire.ParseReply(NextLine(-1, out _) ?? throw Gone());
            if (reply.Kind == wanted)
            {
                return reply;
            }

            if (reply.Kind == FirewallReplyKind.Failed)
            {
                throw new Fatal(failure + reply.Text);
            }
        }
    }

    private enum Waited
    {
        Ready,
        Failed,
        Interrupted,
    }

    private Waited WaitForReady(int interrupted)
    {
        for (int i = 0; i < MaxForeignLines; i++)
        {
            string? line = NextLine(interrupted, out bool stopped);
            if (line is null)
            {
                return stopped ? Waited.Interrupted : Waited.Failed;
            }

            FirewallReply reply = FirewallWire.ParseReply(line);
            if (reply.Kind == FirewallReplyKind.Ready)
            {
                Method = Methods.Named(reply.Text)[0];
                return Waited.Ready;
            }

            if (reply.Kind == FirewallReplyKind.Failed)
            {
                throw new Fatal(reply.Text);
            }

            Log.Debug($"from the firewall helper: {line}");
        }

        return Waited.Failed;
    }

    private string? NextLine(int interrupted, out bool stopped)
    {
        Span<byte> buffer = stackalloc byte[512];
        stopped = false;
        string line;
        while (!lines.TryTake(out line))
        {
            uint ready = Descriptor.Wait([Fd, interrupted], -1, -1);
            if ((ready & 0b10) != 0)
            {
                stopped = true;
                return null;
            }

            SysResult read = Receive(buffer);
            if (!read.Ok || read.Value == 0 || lines.Overlong)
            {
                return null;
            }

            lines.Add(buffer[..read.Value]);
        }

        return line;
    }
}
