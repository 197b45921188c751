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

    /// <summary>Starts `sshuttle -v ARGUMENTS` as a user and waits until its rules capture.</summary>
    public static Tunnel Start(Lab lab, string user, params string[] arguments) =>
        StartCommand(lab, user, [lab.Sshuttle, "-v", .. arguments]);

    /// <summary>The same for a command of one's own, such as another program or a shell line that sets up something.</summary>
    public static Tunnel StartCommand(Lab lab, string user, params string[] command)
    {
        int before = Redirects(lab.Client);
        Tunnel tunnel = new(lab.Client.StartAs(user, command));
        try
        {
            tunnel.WaitForRules(lab.Client, before);
        }
        catch
        {
            tunnel.Dispose();
            throw;
        }

        return tunnel;
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
