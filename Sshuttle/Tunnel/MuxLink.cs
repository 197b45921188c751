using System;
using Sshuttle.Base;
using Sshuttle.Net;
using Sshuttle.Protocol;

namespace Sshuttle.Tunnel;

/// <summary>
/// Moves bytes between the two descriptors of a link and its mux, and lets the connections that have data take turns.
/// Whatever a turn of the event loop produced leaves in one piece at its end.
/// </summary>
public sealed class MuxLink
{
    // Bounds how long one direction may hold up the other within a turn; arbitrary.
    private const int ReadsPerTurn = 4;
    private const int WritesPerTurn = 16;

    private readonly EventLoop loop;
    private readonly ILinkSession session;
    private readonly TimerQueue.Timer timer;
    private readonly SendQueue<TcpRelay> waiting = new();
    private readonly int readFd;
    private readonly int writeFd;
    private bool canRead = true;
    private bool canWrite = true;
    private bool hungUp;

    /// <summary>Watches both descriptors and greets the other end.</summary>
    /// <param name="loop">The loop, which may serve several links.</param>
    /// <param name="mux">The protocol state.</param>
    /// <param name="readFd">Where the other end's frames come from; non-blocking.</param>
    /// <param name="writeFd">Where ours go; non-blocking.</param>
    /// <param name="session">Takes the frames that concern connections.</param>
    public MuxLink(EventLoop loop, Mux mux, int readFd, int writeFd, ILinkSession session)
    {
        this.loop = loop;
        this.readFd = readFd;
        this.writeFd = writeFd;
        this.session = session;
        Mux = mux;
        timer = TimerQueue.Create(() => { });
        loop.TurnEnded += EndTurn;
        Watch(readFd, events =>
        {
            canRead |= (events & ~Ready.Write) != 0;
            hungUp |= (events & (Ready.PeerClosed | Ready.Error)) != 0;
        });
        Watch(writeFd, events => canWrite |= (events & (Ready.Write | Ready.Error)) != 0);
        mux.Start();
    }

    /// <summary>The protocol state.</summary>
    public Mux Mux { get; }

    /// <summary>Whether the other end has gone.</summary>
    public bool Ended { get; private set; }

    /// <summary>Gives a connection that has data its next turn to send some.</summary>
    public void Schedule(TcpRelay relay) => waiting.Add(relay.Turn);

    /// <summary>Takes bytes that were read from the link before this object existed.</summary>
    public void Inject(ReadOnlySpan<byte> early)
    {
        while (early.Length > 0)
        {
            Span<byte> space = Mux.Inbound;
            int count = Math.Min(space.Length, early.Length);
            early[..count].CopyTo(space);
            Take(count);
            early = early[count..];
        }
    }

    /// <summary>Resets every connection of this link: they were cut, which must not look like an end.</summary>
    public void AbortAll()
    {
        foreach (Channel channel in Mux.Channels)
        {
            (channel.Owner as TcpRelay)?.Abort();
        }
    }

    /// <summary>Takes no further part in the loop; the descriptors stay open.</summary>
    public void Detach()
    {
        loop.TurnEnded -= EndTurn;
        loop.Timers.Set(timer, long.MaxValue);
        loop.Remove(readFd);
        loop.Remove(writeFd);
    }

    private void Watch(int fd, Action<Ready> changed)
    {
        // A regular file, such as a server's log as its standard output, is always ready.
        _ = loop.Add(fd, new Watcher(changed));
    }

    private void EndTurn()
    {
        Mux.BeginTurn(loop.Now);
        ReadLink();
        int writes = 0;
        while (!Ended)
        {
            PumpConnections();
            Mux.EndTurn(loop.Now);
            if (!canWrite || Mux.Outbound.IsEmpty)
            {
                break;
            }

            Write();
            if (++writes == WritesPerTurn)
            {
                break;
            }
        }

        if (Ended)
        {
            session.LinkEnded();
            return;
        }

        loop.Timers.Set(timer, Mux.NextDeadline);
        bool moreToWrite = canWrite && (!Mux.Outbound.IsEmpty || (waiting.Any && Mux.LinkHasRoom));
        loop.Busy |= (canRead && !Mux.OverBudget) || moreToWrite;
    }

    private void ReadLink()
    {
        for (int i = 0; i < ReadsPerTurn && canRead && !Ended && !Mux.OverBudget; i++)
        {
            Span<byte> space = Mux.Inbound;
            SysResult read = Descriptor.Read(readFd, space);
            if (read.IsAgain)
            {
                canRead = false;
            }
            else if (!read.Ok || read.Value == 0)
            {
                Ended = true;
            }
            else
            {
                // A short read means that nothing is left, unless the end hides behind the data.
                canRead = read.Value == space.Length || hungUp;
                Take(read.Value);
            }
        }
    }

    private void Take(int count)
    {
        Mux.Received(count, loop.Now);
        while (Mux.TryReceive(out Frame frame))
        {
            session.Receive(frame);
        }
    }

    // A connection that cannot send now leaves the queue: new data, new credit
    // or its own close brings it back. The link being full does not: it keeps its place.
    private void PumpConnections()
    {
        waiting.Quantum = Mux.DataQuantum;
        while (Mux.LinkHasRoom && (canWrite || Mux.Unsent == 0) && Mux.Unsent < Mux.BlockSize && waiting.Next() is TcpRelay relay)
        {
            long before = Mux.Unsent;
            bool more = relay.SendSome();
            waiting.Sent(Mux.Unsent - before, more);
        }
    }

    private void Write()
    {
        SysResult written = Descriptor.Write(writeFd, Mux.Outbound);
        if (written.Ok)
        {
            Mux.Sent(written.Value, loop.Now);
        }
        else if (written.IsAgain)
        {
            canWrite = false;
        }
        else
        {
            Ended = true;
        }
    }

    private sealed class Watcher(Action<Ready> changed) : IReady
    {
        public void OnReady(Ready events) => changed(events);
    }
}
