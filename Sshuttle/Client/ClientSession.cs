using System;
using Sshuttle.Base;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Client;

/// <summary>What the client does with each frame.</summary>
/// <param name="mux">The protocol state.</param>
/// <param name="routesArrived">The server is ready; called once.</param>
/// <param name="linkEnded">The server is gone; called once.</param>
public sealed class ClientSession(Mux mux, Action routesArrived, Action linkEnded) : ILinkSession
{
    private bool started;

    /// <inheritdoc/>
    public void Receive(in Frame frame)
    {
        switch (frame.Command)
        {
            case Command.Routes when frame.Channel == 0:
                if (!started)
                {
                    started = true;
                    routesArrived();
                }

                break;
            case Command.Exit when frame.Channel == 0:
                linkEnded();
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
    public void LinkEnded() => linkEnded();
}
