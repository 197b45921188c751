using System.Collections.Generic;
using System.Runtime.InteropServices;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Cli;
using Sshuttle.Exec;
using Sshuttle.Firewall;
using Sshuttle.Net;

namespace Sshuttle.Client;

/// <summary>
/// The program a person starts. Phases in order: local password first, then the listeners, then ssh's password, and the
/// rules last; the way out is the way in, backwards.
/// </summary>
public static class ClientMain
{
    /// <summary>Runs the role and returns the exit code.</summary>
    public static int Run(Options options)
    {
        Log.Configure("c : ", options.Verbosity, Terminal.Error);
        Capture capture = new(options);
        RunPlan plan = RunPlan.Make(ChooseListen(options), SubnetList.Load(options));
        if (options.DryRun)
        {
            Terminal.Print(DryRun.Text(options, plan, capture));
            return 0;
        }

        Log.Info($"Starting sshuttle proxy (version {Build.Version}).");
        _ = Self.RaiseDescriptorLimit();
        using Wakeup signals = new();
        signals.Catch(PosixSignal.SIGINT);
        signals.Catch(PosixSignal.SIGTERM);
        signals.Catch(PosixSignal.SIGHUP);
        // Before the local password: what ssh is asked runs meanwhile.
        ServerLauncher launcher = new(options);
        if (FirewallHelper.Start(options.Method, options.Verbosity, signals.ReadEnd) is not FirewallHelper helper)
        {
            return ExitCode(signals.TryTake());
        }

        try
        {
            IFirewallMethod method = helper.Method;
            Log.Info($"firewall helper ready, method {method.Name}.");
            FeatureCheck.Require(method.Name, method.Features, capture.Wanted(plan));
            (ListenerPair listeners, plan) = ListenerPair.Open(
                plan,
                ipv6Chosen: options.Listen.Count > 0,
                method.IsTransparent ? address => helper.OpenTransparent(udp: false, address) : null,
                capture.UdpWith(method) == UdpMode.On ? address => helper.OpenTransparent(udp: true, address) : null);
            foreach (string warning in plan.Warnings)
            {
                Log.Always(warning);
            }

            return RunTunnel(options, plan, listeners, launcher, helper, signals, capture);
        }
        finally
        {
            helper.Close();
        }
    }

    /// <summary>The exit code for a signal: 1 for Ctrl-C, as the Python program, else 128 + its number.</summary>
    public static int ExitCode(int signal)
    {
        const int SIGINT = 2;
        if (signal == SIGINT)
        {
            Log.Always("Keyboard interrupt: exiting.");
            return 1;
        }

        return 128 + signal;
    }

    private static ListenAddresses ChooseListen(Options options)
    {
        List<Endpoint> items = [];
        foreach (ListenSyntax item in options.Listen)
        {
            if (!item.TryLiteral(out Endpoint endpoint))
            {
                endpoint = item.Resolve(Resolver.Lookup(item.Host), out string? warning);
                if (warning is not null)
                {
                    Log.Always($"warning: {warning}");
                }
            }

            items.Add(endpoint);
        }

        return ListenAddresses.Choose(items, options.Ipv6Disabled);
    }

    private static int RunTunnel(Options options, RunPlan plan, ListenerPair listeners, ServerLauncher launcher, FirewallHelper helper, Wakeup signals, Capture capture)
    {
        foreach (Listener listener in listeners.All)
        {
            Log.Info($"Listening on {listener.Address}.");
        }

        List<Transport> transports = [launcher.StartFirst()];
        try
        {
            Log.Info("connecting to server...");
            if (!transports[0].Connect(launcher.Images, signals.ReadEnd, helper.Fd))
            {
                int signal = signals.TryTake();
                return signal != 0 ? ExitCode(signal) : throw FirewallHelper.Gone();
            }

            MoreLinks.Open(options.Tunnels, transports, launcher, signals.ReadEnd, helper.Fd);
            Log.Always("Connected to server.");
            using ClientRun run = new(options, plan, listeners, helper, signals, transports, capture);
            return run.Run();
        }
        finally
        {
            // The rules go first: a connection that comes now must not find a dead tunnel.
            helper.Close();
            transports.ForEach(transport => transport.Close());
        }
    }
}
