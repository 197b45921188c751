using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Firewall;
using Sshuttle.Net;

namespace Sshuttle.Privileged;

/// <summary>
/// The helper: the part of the program that is root. It takes one request from its standard input, puts the rules in,
/// and takes them out when its input ends, a signal comes, or a line that it does not know.
/// </summary>
public static class FirewallMain
{
    /// <summary>The whole life of the helper.</summary>
    /// <param name="methodName">What <c>--method</c> says.</param>
    /// <param name="verbosity">How many <c>-v</c> were given.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="Fatal">It is not root. What else goes wrong is told to the client.</exception>
    public static int Run(string methodName, int verbosity)
    {
        Log.Configure("fw: ", verbosity, Terminal.Error);
        if (!Self.IsRoot)
        {
            throw new Fatal("You must have root privileges to change the firewall: start it through sudo, doas or su");
        }

        // A signal from the terminal goes to its whole foreground group; we are to outlive the client by our undo.
        Self.NewSession();
        using Wakeup signals = new();
        signals.CatchAll();
        try
        {
            return Serve(methodName, verbosity, new LineSource(0, signals));
        }
        catch (Fatal fatal)
        {
            // The client shows it; printing it here as well would say it twice.
            Descriptor.WriteAll(1, FirewallWire.Failed(fatal.Message));
            return fatal.ExitCode;
        }
    }

    private static int Serve(string methodName, int verbosity, LineSource client)
    {
        MethodChoice choice = MethodChoice.Of(methodName);
        return Descriptor.WriteAll(1, FirewallWire.Ready(choice.Method.Name)) && ReadRequest(client) is { } request
            ? Apply(choice, request, verbosity, client)
            : 0;
    }

    /// <summary>Null: the client or a signal ended it before anything was asked.</summary>
    private static FirewallRequest? ReadRequest(LineSource client)
    {
        FirewallRequestParser parser = new();
        while (parser.Request is null)
        {
            LineEvent what = client.Next(out string line);
            if (what is LineEvent.End or LineEvent.Signal)
            {
                return null;
            }

            if (what == LineEvent.Line && FirewallOrderParser.TrySocket(line, out SocketOrder order))
            {
                SocketMaker.Answer(SocketMaker.Open(order));
            }
            else if (what != LineEvent.Line || !parser.TryFeed(line))
            {
                throw new Fatal("the client sent a line that the helper does not know; nothing was changed");
            }
        }

        return parser.Request;
    }

    private static int Apply(MethodChoice choice, FirewallRequest request, int verbosity, LineSource client)
    {
        // Looked at again: a password may have been asked for since the first look.
        Facts facts = choice.Facts();
        Plan plan = choice.Method.Plan(request, facts);
        foreach (string warning in plan.Warnings)
        {
            Log.Always(warning);
        }

        UndoOrder undo = new(choice.Method, FamilyChoice.Of(request, facts).UndoPart(request), facts);
        using Guard guard = Guard.Arm(undo, verbosity);
        try
        {
            if (PlanRunner.SetUp(plan.Setup, Log.Info) is { } failure)
            {
                throw new Fatal(failure);
            }

            return Descriptor.WriteAll(1, FirewallWire.Started()) ? Obey(choice.Method, request, facts, client) : 0;
        }
        finally
        {
            PlanRunner.TearDown(plan.Teardown, Log.Info);
        }
    }

    /// <summary>Does what the client asks for until it or a signal ends it.</summary>
    private static int Obey(IFirewallMethod method, FirewallRequest request, Facts facts, LineSource client)
    {
        FirewallOrderParser parser = new();
        while (true)
        {
            LineEvent what = client.Next(out string line);
            if (what is LineEvent.End or LineEvent.Signal)
            {
                return 0;
            }

            if (what != LineEvent.Line || !parser.TryFeed(line, out FirewallOrder? order))
            {
                Log.Always("fatal: the client sent a line that the helper does not know; removing the rules");
                return Fatal.DefaultCode;
            }

            if (order?.ReplyFrom is { } from)
            {
                SocketMaker.Answer(SocketMaker.Reply(request, from));
            }
            else if (order?.Nameservers is { } nameservers)
            {
                request = Renew(method, request, nameservers, facts);
            }
        }
    }

    /// <summary>Changes the nameservers and returns what is captured now.</summary>
    private static FirewallRequest Renew(IFirewallMethod method, FirewallRequest request, IReadOnlyList<DnsRedirect> nameservers, Facts facts)
    {
        FirewallRequest renewed = request with { Nameservers = nameservers };
        string? failure = request.Nameservers.Count == 0
            ? "no nameserver was captured from the start"
            : PlanRunner.SetUp(method.Renewal(renewed, facts), Log.Info);
        Descriptor.WriteAll(1, failure is null ? FirewallWire.Started() : FirewallWire.Failed(failure));
        return failure is null ? renewed : request;
    }
}
