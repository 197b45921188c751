using System;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>A running sshuttle in the client host, with its rules active.</summary>
public sealed class Tunnel : IDisposable
{
    /// <summary>The number of SIGHUP.</summary>
    public const int Hangup = 1;

    /// <summary>The number of SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>The number of SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>The number of SIGTERM.</summary>
    public const int Terminate = 15;

    private Tunnel(LabProcess process) => Process = process;

    /// <summary>The client process.</summary>
    public LabProcess Process { get; }

    /// <summary>Starts `sshuttle -v ARGUMENTS` as a user and waits until it says that its rules capture.</summary>
    public static Tunnel Start(Lab lab, string user, params string[] arguments) =>
        Start(lab, user, [lab.Sshuttle, "-v", .. arguments], static tunnel => tunnel.Process.WaitForText("firewall rules are active"));

    /// <summary>The same for another program, until there are more redirections than before.</summary>
    public static Tunnel StartOther(Lab lab, string user, params string[] command)
    {
        int before = Redirects(lab.Client);
        return Start(lab, user, command, tunnel => tunnel.WaitForRules(lab.Client, before));
    }

    /// <summary>Sends a signal and waits for the end: what the program said and its exit status.</summary>
    public CommandResult Stop(int signal = Interrupt)
    {
        Process.Signal(signal);
        return Process.WaitForExit(30);
    }

    /// <summary>Ends it if it still runs, and waits until nothing of it is left.</summary>
    public void Dispose()
    {
        if (!Process.Ended)
        {
            Process.Signal(Terminate);
            Process.WaitForExit(30);
        }

        Process.Dispose();
    }

    private static Tunnel Start(Lab lab, string user, string[] command, Action<Tunnel> wait)
    {
        Tunnel tunnel = new(lab.Client.StartAs(user, command));
        try
        {
            wait(tunnel);
        }
        catch
        {
            tunnel.Dispose();
            throw;
        }

        return tunnel;
    }

    // The families' rules may come one after the other, so they are there when their number has grown and stays.
    private void WaitForRules(LabHost client, int before)
    {
        int last = before;
        Deadline.Until(
            () =>
            {
                int previous = last;
                last = Redirects(client);
                return Process.Ended || (last > before && last == previous);
            },
            () => $"no rules appeared\n--- stderr\n{Process.Error}");
        if (Process.Ended)
        {
            CommandResult result = Process.WaitForExit();
            Xunit.Assert.Fail($"sshuttle ended with {result.Status}\n{result.Output}\n{result.Error}");
        }
    }

    private static int Redirects(LabHost client) =>
        client.Rules().Split("redirect", StringSplitOptions.None).Length;
}
