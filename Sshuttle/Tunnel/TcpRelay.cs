using System;
using Sshuttle.Base;
using Sshuttle.Net;
using Sshuttle.Protocol;

namespace Sshuttle.Tunnel;

/// <summary>
/// Joins one TCP socket to one channel; the same at both ends. From the socket it reads straight into the frame that
/// will leave; to the socket it writes straight from the frame that came, and queues only what the socket does not take.
/// It owns the socket.
/// </summary>
public sealed class TcpRelay : IReady
{
    private readonly EventLoop loop;
    private readonly MuxLink link;
    private readonly Channel channel;
    private readonly int fd;
    private BlockQueue? queue;
    private bool connecting;
    private bool canRead;
    private bool canWrite;
    private bool peerClosed;
    private bool closed;

    /// <summary>Watches the socket from now on.</summary>
    /// <param name="loop">The event loop.</param>
    /// <param name="link">The link of the channel.</param>
    /// <param name="channel">The channel, already opened; this becomes its owner.</param>
    /// <param name="fd">The socket.</param>
    /// <param name="connecting">Whether its connect is still under way.</param>
    public TcpRelay(EventLoop loop, MuxLink link, Channel channel, int fd, bool connecting)
    {
        this.loop = loop;
        this.link = link;
        this.channel = channel;
        this.fd = fd;
        this.connecting = connecting;
        channel.Owner = this;
        Turn = new SendQueue<TcpRelay>.Slot(this);
        TcpSocket.SetNoDelay(fd);
        _ = loop.Add(fd, this);
    }

    /// <summary>The relay's place in the link's queue.</summary>
    public SendQueue<TcpRelay>.Slot Turn { get; }

    /// <inheritdoc/>
    public void OnReady(Ready events)
    {
        if (connecting && !FinishConnect())
        {
            return;
        }

        peerClosed |= (events & (Ready.PeerClosed | Ready.Error)) != 0;
        if ((events & ~Ready.Write) != 0)
        {
            canRead = true;
            link.Schedule(this);
        }

        if ((events & (Ready.Write | Ready.Error)) != 0)
        {
            canWrite = true;
            Flush();
        }

        // Nobody reads the socket any more who could come upon its reset.
        if (!closed && (events & Ready.Error) != 0 && !channel.CanSend && TcpSocket.PendingError(fd) is { Ok: false } failure)
        {
            Happened(HalfEvent.LocalReset, Reasons.Of(failure.Errno));
        }
    }

    /// <summary>Takes one frame of the channel.</summary>
    public void Receive(in Frame frame)
    {
        switch (frame.Command)
        {
            case Command.TcpData:
                ReceiveData(frame.Payload);
                break;
            case Command.TcpEof:
                Happened(HalfEvent.RemoteEof);
                if (queue is null || queue.IsEmpty)
                {
                    Happened(HalfEvent.Drained);
                }

                break;
            case Command.TcpStopSending:
                Happened(HalfEvent.RemoteStop);
                break;
            case Command.Reset:
                if (Log.Verbosity >= 1)
                {
                    Log.Info($"channel {channel.Id}: {ResetReasons.Text(Payloads.ReadReset(frame.Payload))}");
                }

                Happened(HalfEvent.RemoteReset);
                break;
            case Command.Window:
                if (canRead)
                {
                    link.Schedule(this);
                }

                break;
            default:
                Log.Info($"channel {channel.Id}: ignoring {CommandNames.Of(frame.Command)}");
                break;
        }
    }

    /// <summary>Reads the socket once into one frame. True where it could do so again at once.</summary>
    public bool SendSome()
    {
        if (closed || !canRead || connecting || !channel.CanSend)
        {
            return false;
        }

        Span<byte> space = link.Mux.ReserveData(channel, int.MaxValue);
        if (space.IsEmpty)
        {
            return false;
        }

        SysResult read = Descriptor.Read(fd, space);
        link.Mux.CommitData(channel, read.Ok ? read.Value : 0);
        if (read.Ok && read.Value > 0)
        {
            // A short read means that the socket is empty, unless the end of the stream hides behind the data.
            canRead = read.Value == space.Length || peerClosed;
            return canRead;
        }

        canRead = false;
        if (read.Ok)
        {
            Happened(HalfEvent.LocalEof);
        }
        else if (!read.IsAgain)
        {
            Happened(HalfEvent.LocalReset, Reasons.Of(read.Errno));
        }

        return false;
    }

    /// <summary>Ends the connection by an RST, whatever its state; the channel is freed without a frame.</summary>
    public void Abort()
    {
        if (!closed)
        {
            link.Mux.Release(channel);
            TcpSocket.ResetOnClose(fd);
            Close();
        }
    }

    private bool FinishConnect()
    {
        SysResult outcome = TcpSocket.PendingError(fd);
        connecting = false;
        if (outcome.Ok)
        {
            return true;
        }

        Log.Info($"channel {channel.Id}: connect failed: {ErrorText.Of(outcome)}");
        Happened(HalfEvent.LocalReset, Reasons.Of(outcome.Errno));
        return false;
    }

    private void ReceiveData(ReadOnlySpan<byte> data)
    {
        if (canWrite && (queue is null || queue.IsEmpty))
        {
            int written = WriteSome(data);
            if (written < 0)
            {
                return;
            }

            link.Mux.Consumed(channel, written, loop.Now);
            data = data[written..];
        }

        if (data.Length > 0)
        {
            queue ??= new BlockQueue(link.Mux.InboundPool);
            queue.Append(data);
        }
    }

    private void Flush()
    {
        while (queue is { IsEmpty: false } && canWrite && !closed)
        {
            int written = WriteSome(queue.Front);
            if (written < 0)
            {
                return;
            }

            queue.Consume(written);
            link.Mux.Consumed(channel, written, loop.Now);
            if (queue.IsEmpty)
            {
                Happened(HalfEvent.Drained);
            }
        }
    }

    // How much the socket took, or -1 where it is gone and the channel with it.
    private int WriteSome(ReadOnlySpan<byte> data)
    {
        SysResult written = Descriptor.Write(fd, data);
        if (written.Ok)
        {
            canWrite = written.Value == data.Length;
            return written.Value;
        }

        if (written.IsAgain)
        {
            canWrite = false;
            return 0;
        }

        Happened(HalfEvent.LocalReset, Reasons.Of(written.Errno));
        return -1;
    }

    private void Happened(HalfEvent what, ResetReason reason = ResetReason.ConnectionReset)
    {
        HalfActions actions = link.Mux.Apply(channel, what, reason);
        if ((actions & HalfActions.ShutdownWrite) != 0)
        {
            TcpSocket.ShutdownWrite(fd);
        }

        if ((actions & HalfActions.Abort) != 0)
        {
            TcpSocket.ResetOnClose(fd);
        }

        if ((actions & (HalfActions.Close | HalfActions.Abort)) != 0)
        {
            Close();
        }
    }

    private void Close()
    {
        closed = true;
        queue?.Clear();
        loop.CloseLater(fd);
        if (Log.Verbosity >= 1)
        {
            Log.Info($"channel {channel.Id}: closed");
        }
    }
}
