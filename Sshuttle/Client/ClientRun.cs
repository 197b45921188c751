using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Cli;
using Sshuttle.Firewall;
using Sshuttle.Net;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Client;

/// <summary>The time between a connected server and the end: rules go in, connections flow, something stops it.</summary>
/// <param name="options">The command line.</param>
/// <param name="plan">What is captured.</param>
/// <param name="listeners">Where captured connections arrive.</param>
/// <param name="helper">Sets the rules.</param>
/// <param name="signals">Says when to stop.</param>
/// <param name="transport">The connected server.</param>
/// <param name="serverTtl">What a server on this machine is told to use; null for a remote one.</param>
public sealed class ClientRun(Options options, RunPlan plan, ListenerPair listeners, FirewallHelper helper, Wakeup signals, Transport transport, byte? serverTtl) : IDisposable
{
    private readonly EventLoop loop = new();
    private int exitCode = Fatal.DefaultCode;
    private Fatal? failure;

    /// <summary>Runs to the end and returns the exit code; the rules are still in then.</summary>
    /// <exception cref="Fatal">The tunnel broke.</exception>
    public int Run()
    {
        Mux mux = new(new MuxOptions
        {
            Version = Build.Version,
            LatencyControl = options.LatencyControl,
            LatencyBufferSize = options.LatencyBufferSize,
            ServerTtl = serverTtl,
        });
        MuxLink? link = null;
        ClientSession session = new(mux, () => Start(link!), TunnelEnded);
        link = new MuxLink(loop, mux, transport.ReadFd, transport.WriteFd, session);
        _ = loop.Add(signals.ReadEnd, new Watcher(_ => TakeSignal()));
        _ = loop.Add(helper.Fd, new Watcher(HelperSpoke));
        link.Inject(transport.Early.Span);
        loop.Run();
        return failure is null ? exitCode : throw failure;
    }

    /// <inheritdoc/>
    public void Dispose() => loop.Dispose();

    private void Start(MuxLink link)
    {
        List<Endpoint> exempt = options.Remote is null ? [] : TransportSockets.Peers(transport.Child.Pid);
        foreach (Endpoint peer in exempt)
        {
            Log.Info($"ssh itself talks to {peer}, which is not captured");
        }

        // Before the rules, so that no captured connection ever finds nobody to accept it.
        foreach (Listener listener in listeners.All)
        {
            _ = new TcpAcceptor(loop, link, listener);
        }

        helper.Apply(new FirewallRequest
        {
            Listener4 = listeners.V4?.Address,
            Listener6 = listeners.V6?.Address,
            Subnets = plan.Subnets,
            Exempt = exempt,
            ServerTtl = serverTtl,
        });
        Log.Info("firewall rules are active.");
    }

    private void TakeSignal()
    {
        int signal = signals.TryTake();
        if (signal != 0)
        {
            exitCode = ClientMain.ExitCode(signal);
            loop.Stop();
        }
    }

    // It has nothing to say once the rules are in, so whatever can be read is its end.
    private void HelperSpoke(Ready events)
    {
        if ((events & ~Ready.Write) != 0)
        {
            failure ??= FirewallHelper.Gone();
            loop.Stop();
        }
    }

    private void TunnelEnded()
    {
        failure ??= transport.WaitForEnd() is int status
            ? new Fatal($"ssh connection to server (pid {transport.Child.Pid}) exited with returncode {status}")
            : new Fatal($"the server closed the tunnel (ssh, pid {transport.Child.Pid}, still runs)");
        loop.Stop();
    }

    private sealed class Watcher(Action<Ready> changed) : IReady
    {
        public void OnReady(Ready events) => changed(events);
    }
}
