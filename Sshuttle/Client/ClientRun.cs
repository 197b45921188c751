using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Cli;
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
/// <param name="transports">The links to the server, at least one; those that end are taken out and closed.</param>
/// <param name="capture">How traffic is captured.</param>
public sealed class ClientRun(Options options, RunPlan plan, ListenerPair listeners, FirewallHelper helper, Wakeup signals, List<Transport> transports, Capture capture) : IDisposable
{
    private readonly EventLoop loop = new();
    private readonly LinkSet links = new();
    private bool rulesActive;
    private int exitCode = Fatal.DefaultCode;
    private Fatal? failure;

    /// <summary>Runs to the end and returns the exit code; the rules are still in then.</summary>
    /// <exception cref="Fatal">The tunnel broke.</exception>
    public int Run()
    {
        _ = loop.Add(signals.ReadEnd, new Watcher(_ => TakeSignal()));
        _ = loop.Add(helper.Fd, new Watcher(HelperSpoke));
        foreach (Transport transport in transports.ToArray())
        {
            AddLink(transport);
        }

        loop.Run();
        links.AbortAll();
        return failure is null ? exitCode : throw failure;
    }

    /// <inheritdoc/>
    public void Dispose() => loop.Dispose();

    private void AddLink(Transport transport)
    {
        Mux mux = new(new MuxOptions
        {
            Version = Build.Version,
            LatencyControl = options.LatencyControl,
            LatencyBufferSize = options.LatencyBufferSize,
            ServerTtl = capture.ServerTtl,
        });
        MuxLink? link = null;
        ClientSession session = new(mux, () => LinkReady(link!), () => LinkEnded(link!, transport));
        link = new MuxLink(loop, mux, transport.ReadFd, transport.WriteFd, session);
        link.Inject(transport.Early.Span);
    }

    private void LinkReady(MuxLink link)
    {
        links.Add(link);
        if (!rulesActive)
        {
            rulesActive = true;
            Start();
        }
    }

    private void Start()
    {
        List<Endpoint> exempt = [];
        foreach (Transport transport in transports)
        {
            AddExempt(exempt, transport);
        }

        // Before the rules, so that no captured connection ever finds nobody to accept it.
        foreach (Listener listener in listeners.All)
        {
            _ = new TcpAcceptor(loop, links, listener, helper.Method.IsTransparent);
        }

        helper.Apply(capture.Request(helper.Method, plan) with
        {
            Listener4 = listeners.V4?.Address,
            Listener6 = listeners.V6?.Address,
            UdpListener4 = listeners.Udp4?.Address,
            UdpListener6 = listeners.Udp6?.Address,
            Exempt = exempt,
        });
        Log.Info("firewall rules are active.");
    }

    private void AddExempt(List<Endpoint> exempt, Transport transport)
    {
        if (options.Remote is null)
        {
            return;
        }

        foreach (Endpoint peer in TransportSockets.Peers(transport.Child.Pid))
        {
            if (!exempt.Contains(peer))
            {
                exempt.Add(peer);
                Log.Info($"ssh itself talks to {peer}, which is not captured");
            }
        }
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

    private void HelperSpoke(Ready events)
    {
        if ((events & ~Ready.Write) != 0 && !helper.TakeAnswers())
        {
            failure ??= FirewallHelper.Gone();
            loop.Stop();
        }
    }

    private void LinkEnded(MuxLink link, Transport transport)
    {
        int pid = transport.Child.Pid;
        string end = transport.WaitForEnd() is int status
            ? $"ssh connection to server (pid {pid}) exited with returncode {status}"
            : $"the server closed the tunnel (ssh, pid {pid}, still runs)";
        links.Remove(link);
        if (links.Count == 0)
        {
            failure ??= new Fatal(end);
            links.Add(link);
            loop.Stop();
            return;
        }

        Log.Always($"warning: {end}; its connections are cut, {links.Count} of {options.Tunnels} links go on");
        link.AbortAll();
        link.Detach();
        transports.Remove(transport);
        transport.Close();
    }

    private sealed class Watcher(Action<Ready> changed) : IReady
    {
        public void OnReady(Ready events) => changed(events);
    }
}
