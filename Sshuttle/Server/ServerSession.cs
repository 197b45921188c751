using Sshuttle.Base;
using Sshuttle.Net;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Server;

/// <summary>What the server does with each frame. No request of the client's, however wrong, ends the server.</summary>
/// <param name="loop">The event loop.</param>
/// <param name="mux">The protocol state.</param>
public sealed class ServerSession(EventLoop loop, Mux mux) : ILinkSession
{
    private readonly DnsForwarder dns = new(loop, mux);

    /// <summary>The link, once it exists.</summary>
    public MuxLink Link { private get; set; } = null!;

    /// <inheritdoc/>
    public void Receive(in Frame frame)
    {
        switch (frame.Command)
        {
            case Command.TcpConnect:
                Connect(frame);
                break;
            case Command.DnsReq:
                dns.Receive(frame);
                break;
            case Command.Exit when frame.Channel == 0:
                LinkEnded();
                break;
            default:
                if (mux.Channels.Find(frame.Channel)?.Owner is TcpRelay relay)
                {
                    relay.Receive(frame);
                }
                else
                {
                    Log.Debug($"channel {frame.Channel} is not open: ignoring {CommandNames.Of(frame.Command)}");
                }

                break;
        }
    }

    /// <inheritdoc/>
    public void LinkEnded()
    {
        Log.Info("the client has gone");
        Link.AbortAll();
        loop.Stop();
    }

    private void Connect(in Frame frame)
    {
        if (!Payloads.TryReadConnect(frame.Payload, out Endpoint destination))
        {
            Refuse(frame.Channel, ResetReason.ProtocolError);
            return;
        }

        if (mux.Channels.Register(frame.Channel, owner: null) is not Channel channel)
        {
            Log.Info($"channel {frame.Channel} cannot be opened: it is in use, or there are too many");
            return;
        }

        mux.Opened(channel, loop.Now);
        if (Log.Verbosity >= 1)
        {
            Log.Info($"channel {frame.Channel}: connecting to {destination}");
        }

        SysResult socket = TcpSocket.BeginConnect(destination, mux.Peer?.Ttl ?? 0);
        if (!socket.Ok)
        {
            Log.Info($"channel {frame.Channel}: cannot connect to {destination}: {ErrorText.Of(socket)}");
            _ = mux.Apply(channel, HalfEvent.LocalReset, Reasons.Of(socket.Errno));
            return;
        }

        _ = new TcpRelay(loop, Link, channel, socket.Value, connecting: true);
    }

    // The channel never existed, so there is no state to change; a client that speaks no E1 knows EOF and STOP only.
    private void Refuse(ushort channel, ResetReason reason)
    {
        if (channel != 0 && mux.Channels.Register(channel, owner: null) is Channel refused)
        {
            mux.Opened(refused, loop.Now);
            _ = mux.Apply(refused, HalfEvent.LocalReset, reason);
        }
    }
}
