using System;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <content>What is done with frames that arrive.</content>
public sealed partial class Mux
{
    private static ReadOnlySpan<byte> Overrun => [0, (byte)ResetReason.ProtocolError];

    private static ReadOnlySpan<byte> Stalled => [0, (byte)ResetReason.ResourceLimit];

    /// <summary>
    /// The next frame that concerns the session. What concerns only the link is done here: PING and PONG, greeting, ACK.
    /// WINDOW is applied and shown too, so that a waiting connection can go on. Data beyond a channel's credit, or for a
    /// reader that stalls while the memory budget is used up, becomes a RESET in both directions; data that the channel no
    /// longer takes is dropped. Everything else is shown as it came, unknown or out of form as it may be.
    /// </summary>
    /// <param name="frame">The frame, valid until the next call of this or of <see cref="Inbound"/>.</param>
    /// <returns>False if nothing is left.</returns>
    /// <exception cref="Fatal">The other end breaks the protocol in a way that leaves no way on.</exception>
    public bool TryReceive(out Frame frame)
    {
        while (inbound.TryTake(out frame))
        {
            acknowledger.Count(frame, now);
            if (Log.Verbosity >= 2)
            {
                Trace("<", frame.Channel, frame.Command, frame.Payload.Length);
            }

            if (PeerSpeaksE1 == null)
            {
                Greet(frame);
            }

            switch (frame.Command)
            {
                case Command.Ping when frame.Channel == 0:
                    Send(0, Command.Pong, frame.Payload);
                    break;
                case Command.Pong when frame.Channel == 0:
                    fullness.Ponged();
                    break;
                case Command.Ack when frame.Channel == 0 && PeerSpeaksE1 == true:
                    ReceiveAck(frame.Payload);
                    break;
                case Command.Window when PeerSpeaksE1 == true:
                    ReceiveWindow(frame);
                    return true;
                case Command.TcpData when Channels.Find(frame.Channel) is Channel channel:
                    if (!channel.CanReceive)
                    {
                        break;
                    }

                    if (PeerSpeaksE1 == true && Refusal(channel, frame.Payload.Length) is ResetReason reason)
                    {
                        frame = new Frame(channel.Id, Command.Reset, reason == ResetReason.ProtocolError ? Overrun : Stalled);
                        Send(frame.Channel, frame.Command, frame.Payload);
                    }

                    return true;
                default:
                    return true;
            }
        }

        return false;
    }

    private void Greet(in Frame frame)
    {
        PeerSpeaksE1 = frame.Command == Command.Ping && frame.Channel == 0 && Hello.IsHello(frame.Payload);
        if (PeerSpeaksE1 == true)
        {
            Peer = Hello.Parse(frame.Payload)
                ?? throw new Fatal("protocol error: the other end of the tunnel greets in a form that this version does not understand");
        }
        else
        {
            outbound.Acknowledge(outbound.Sent);
        }
    }

    // Why data must end its channel, if it must.
    private ResetReason? Refusal(Channel channel, int count)
    {
        bool stalls = channel.Unconsumed > 0;
        if (!ReceiveWindows.TryReceive(channel, count))
        {
            Log.Info($"channel {channel.Id}: the other end sent more than it was allowed to");
            return ResetReason.ProtocolError;
        }

        if (stalls && InboundPool.BytesInUse >= options.MemoryBudget)
        {
            Log.Info($"channel {channel.Id}: reset, since it does not take its data and too much waits already");
            return ResetReason.ResourceLimit;
        }

        return null;
    }

    private void ReceiveAck(ReadOnlySpan<byte> payload)
    {
        if (!Payloads.TryReadAck(payload, out long total, out long? arrivedAt) || total > outbound.Sent || total < outbound.Acknowledged)
        {
            throw new Fatal("protocol error: the other end of the tunnel acknowledges bytes that it was not sent");
        }

        outbound.Acknowledge(total);
        LinkControl.OnAck(total, arrivedAt ?? now, now);
    }

    private void ReceiveWindow(in Frame frame)
    {
        if (Payloads.TryReadWindow(frame.Payload, out uint credit) && Channels.Find(frame.Channel) is Channel channel)
        {
            channel.SendCredit = Math.Min(channel.SendCredit + credit, uint.MaxValue);
        }
    }
}
