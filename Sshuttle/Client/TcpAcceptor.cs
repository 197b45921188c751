using System;
using Sshuttle.Base;
using Sshuttle.Net;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Client;

/// <summary>Takes captured connections from one listener and opens a channel for each.</summary>
public sealed class TcpAcceptor : IReady
{
    private const long RetryMicroseconds = 100_000;
    private const long WarningIntervalMicroseconds = 60_000_000;

    private readonly EventLoop loop;
    private readonly LinkSet links;
    private readonly Listener listener;
    private readonly bool transparent;
    private readonly TimerQueue.Timer retry;
    private long nextWarning;

    /// <summary>Begins to accept.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="links">The links to the server.</param>
    /// <param name="listener">Where captured connections arrive.</param>
    /// <param name="transparent">Whether they arrive as they are, so that a socket's own address is its destination.</param>
    public TcpAcceptor(EventLoop loop, LinkSet links, Listener listener, bool transparent)
    {
        this.loop = loop;
        this.links = links;
        this.listener = listener;
        this.transparent = transparent;
        retry = TimerQueue.Create(AcceptAll);
        Descriptor.SetNonBlocking(listener.Fd);
        _ = loop.Add(listener.Fd, this);
    }

    /// <inheritdoc/>
    public void OnReady(Ready events) => AcceptAll();

    private void AcceptAll()
    {
        while (true)
        {
            SysResult accepted = listener.Accept();
            if (accepted.Ok)
            {
                Take(accepted.Value);
            }
            else if (accepted.IsAgain)
            {
                return;
            }
            else if (accepted.Errno is Errno.TooManyFiles or Errno.NoMemory)
            {
                // The connections wait in the kernel's backlog; there is no event when a descriptor becomes free.
                Warn(accepted);
                loop.Timers.Set(retry, loop.Now + RetryMicroseconds);
                return;
            }
        }
    }

    private void Take(int fd)
    {
        Endpoint? own = TcpSocket.LocalEndpoint(fd);
        Endpoint? destination = transparent ? own : OriginalDestination.Find(fd, listener.Address.Address.Family) ?? own;
        if (destination is not Endpoint target || target.Port == 0 || (transparent ? IsListener(target) : target == own))
        {
            // Nobody redirected it: a port scan, a curious user, or ourselves in a circle.
            Log.Info($"closing a direct connection to {own}: that's my address");
            TcpSocket.ResetOnClose(fd);
            Descriptor.Close(fd);
            return;
        }

        MuxLink link = links.Best;
        Mux mux = link.Mux;
        if (mux.Channels.Open(owner: null) is not Channel channel)
        {
            Log.Always("warning: too many open channels. Discarded connection.");
            TcpSocket.ResetOnClose(fd);
            Descriptor.Close(fd);
            return;
        }

        if (Log.Verbosity >= 1)
        {
            Log.Info($"Accept TCP: {TcpSocket.PeerEndpoint(fd)} -> {target} (channel {channel.Id})");
        }

        Span<byte> payload = stackalloc byte[Payloads.MaxConnect];
        mux.Send(channel.Id, Command.TcpConnect, payload[..Payloads.WriteConnect(payload, target)]);
        mux.Opened(channel, loop.Now);
        _ = new TcpRelay(loop, link, channel, fd, connecting: false);
    }

    private bool IsListener(Endpoint target) => target == listener.Address
        || (listener.Address.Address.IsAny && target.Port == listener.Address.Port && UdpSocket.CanBind(target.Address));

    private void Warn(SysResult failure)
    {
        if (loop.Now >= nextWarning)
        {
            nextWarning = loop.Now + WarningIntervalMicroseconds;
            Log.Always($"warning: new connections wait: {ErrorText.Of(failure)}; raise the limit with ulimit -n");
        }
    }
}
