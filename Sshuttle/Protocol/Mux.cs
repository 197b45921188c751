using System;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>
/// One end of a link: frames in, frames out, and all rules of PROTOCOL.md between them. It does no I/O and reads no
/// clock: it is told what was read and written, and when, in microseconds of any clock that never goes back.
/// <code>
/// read(fd, mux.Inbound); mux.Received(n, now); while (mux.TryReceive(out Frame frame)) ...
/// read(socket, mux.ReserveData(channel, max)); mux.CommitData(channel, n);
/// mux.EndTurn(now); write(fd, mux.Outbound); mux.Sent(n, now);
/// </code>
/// For one thread.
/// </summary>
public sealed partial class Mux
{
    /// <summary>Bytes of a block of output, and the most that <see cref="Outbound"/> gives at once (a frame of more than that aside).</summary>
    public const int BlockSize = 64 << 10;

    /// <summary>While this many bytes wait to be written out, no connection adds to them.</summary>
    public const int OutboundWatermark = 256 << 10;

    // Room for answers to a peer that does not read, before we stop reading from it too.
    private const long MaxUnsent = 4 << 20;

    // Control frames that may wait for acknowledgement on top of what the link control allows.
    private const long MaxUnacknowledgedControl = 16 << 20;

    // Blocks kept for output: what a link with a large product has on its way.
    private const int KeptBlocks = 128;

    private const long Unlimited = long.MaxValue / 2;

    private readonly MuxOptions options;
    private readonly InboundBuffer inbound = new();
    private readonly OutboundQueue outbound;
    private readonly Acknowledger acknowledger = new();
    private readonly Fullness fullness;
    private readonly DataFrameLimit frameLimit = new();
    private readonly ReceiveWindows windows;
    private long now;

    /// <summary>An end of a link that has said nothing yet.</summary>
    public Mux(MuxOptions options)
    {
        this.options = options;
        long? bound = options.LatencyControl ? options.LatencyBufferSize : LinkControl.LargestBound;
        LinkControl = bound == null ? new LinkControl() : new LinkControl(bound.Value);
        fullness = new Fullness(options.LatencyControl ? options.LatencyBufferSize ?? Fullness.DefaultLimit : long.MaxValue);
        windows = new ReceiveWindows(options.MemoryBudget, options.InitialWindow);
        outbound = new OutboundQueue(new BlockPool(BlockSize, KeptBlocks));
        Channels = new ChannelTable(options.MaxChannels);
    }

    /// <summary>The channels of this link.</summary>
    public ChannelTable Channels { get; }

    /// <summary>
    /// Blocks of 16 KiB for received data that waits for slow local sockets (<see cref="BlockQueue"/>). What is in use
    /// counts against the memory budget.
    /// </summary>
    public BlockPool InboundPool { get; } = new(16 << 10, 64);

    /// <summary>Decides how much may be on its way.</summary>
    public LinkControl LinkControl { get; }

    /// <summary>Whether the other end speaks E1; null before its first frame. No TCP channel is opened before that.</summary>
    public bool? PeerSpeaksE1 { get; private set; }

    /// <summary>The other end's greeting, if it speaks E1.</summary>
    public Hello? Peer { get; private set; }

    /// <summary>Bytes queued and not yet written out.</summary>
    public long Unsent => outbound.Queued - outbound.Sent;

    /// <summary>Bytes queued and not yet acknowledged; with a peer that does not speak E1, not yet written out.</summary>
    public long InFlight => outbound.Queued - outbound.Acknowledged;

    /// <summary>Bytes of frames written out so far.</summary>
    public long SentTotal => outbound.Sent;

    /// <summary>Bytes of frames that the other end has acknowledged; everything behind them is kept.</summary>
    public long Acknowledged => outbound.Acknowledged;

    /// <summary>Bytes of whole frames received so far.</summary>
    public long ReceivedTotal => acknowledger.Received;

    /// <summary>Bytes that other ends may send or have sent and that no local socket has taken yet, over all channels.</summary>
    public long Promised => windows.Promised;

    /// <summary>
    /// Whether the link should not be read now. Either the other end does not take what we answer; or too much waits for
    /// local sockets, and to hold all channels is the only way left to hold one. With a peer that knows credit it comes
    /// to that last, since connections whose readers stall are reset before.
    /// </summary>
    public bool OverBudget => Unsent > MaxUnsent
        || InboundPool.BytesInUse > (PeerSpeaksE1 == true ? options.MemoryBudget * 3 / 2 : options.MemoryBudget);

    /// <summary>Whether connections may put data into the link now.</summary>
    public bool LinkHasRoom => Unsent < OutboundWatermark
        && (PeerSpeaksE1 == true ? InFlight < LinkControl.Bound && LinkControl.PacedUntil <= now : !fullness.IsFull);

    /// <summary>
    /// Where to read from the link: at least 190,000 bytes once <see cref="TryReceive"/> has answered false, else perhaps
    /// fewer or none. Asking ends the life of the last frame.
    /// </summary>
    public Span<byte> Inbound => inbound.Free;

    /// <summary>The next bytes to write to the link, as many as lie together; empty if there are none.</summary>
    public ReadOnlySpan<byte> Outbound => outbound.Next;

    /// <summary>When the next turn must be at the latest; <see cref="long.MaxValue"/> if it may wait for ever.</summary>
    public long NextDeadline
    {
        get
        {
            if (PeerSpeaksE1 != true)
            {
                return long.MaxValue;
            }

            bool paced = LinkControl.PacedUntil > now && InFlight < LinkControl.Bound;
            return paced ? Math.Min(LinkControl.PacedUntil, acknowledger.Deadline) : acknowledger.Deadline;
        }
    }

    /// <summary>Begins a turn of the event loop.</summary>
    /// <param name="now">Microseconds.</param>
    public void BeginTurn(long now) => this.now = now;

    /// <summary>Queues the greeting, which must be this end's very first frame.</summary>
    public void Start() => Send(0, Command.Ping, new Hello(options.Version, options.InitialWindow, options.ServerTtl, options.ToNs).ToBytes());

    /// <summary>Says that bytes were read into <see cref="Inbound"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="now">Microseconds.</param>
    public void Received(int count, long now)
    {
        this.now = now;
        inbound.Received(count);
    }

    /// <summary>
    /// Queues a frame. It is never refused, whatever the state of the link; connections' data goes through
    /// <see cref="ReserveData"/> instead. It must not come between that and <see cref="CommitData"/>.
    /// </summary>
    /// <param name="channel">The channel, 0 for the link itself.</param>
    /// <param name="command">The command.</param>
    /// <param name="payload">0 to 65535 bytes, which are copied.</param>
    public void Send(ushort channel, Command command, ReadOnlySpan<byte> payload)
    {
        if (Log.Verbosity >= 2)
        {
            Trace(">", channel, command, payload.Length);
        }

        outbound.Append(channel, command, payload, IsUrgent(command));
        fullness.Queued(payload.Length);
        if (PeerSpeaksE1 == true && InFlight > LinkControl.LargestBound + MaxUnacknowledgedControl)
        {
            throw new Fatal("protocol error: the other end of the tunnel no longer acknowledges what it is sent");
        }
    }

    /// <summary>
    /// Begins a TCP channel, right after its TCP_CONNECT was sent or received: it gets its first credit in both directions,
    /// and the other end more of it as the memory budget allows.
    /// </summary>
    /// <param name="channel">A channel of <see cref="Channels"/>.</param>
    /// <param name="now">Microseconds.</param>
    /// <exception cref="InvalidOperationException">The other end's first frame has not come yet.</exception>
    public void Opened(Channel channel, long now)
    {
        if (PeerSpeaksE1 == null)
        {
            throw new InvalidOperationException("a channel was opened before the other end was known");
        }

        channel.SendCredit = Peer?.Window ?? Unlimited;
        if (PeerSpeaksE1 == true)
        {
            SendWindow(channel, windows.Open(channel, now));
        }
    }

    /// <summary>
    /// Tells a channel what happened, queues the frames that follow, frees its number when both directions are closed on
    /// the wire, and returns what is to be done, of which the socket's part is left to the caller.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="reason">With <see cref="HalfEvent.LocalReset"/>: why.</param>
    public HalfActions Apply(Channel channel, HalfEvent happened, ResetReason reason = ResetReason.ConnectionReset)
    {
        HalfState before = channel.State;
        (channel.State, HalfActions actions) = HalfClose.Next(before, happened);
        if (Log.Verbosity >= 3)
        {
            Log.Trace($"channel {channel.Id}: {HalfNames.Of(before)}, {HalfNames.Of(happened)}: {HalfNames.Of(channel.State)}");
        }

        if ((actions & HalfActions.SendReset) != 0 && PeerSpeaksE1 == true)
        {
            Span<byte> payload = stackalloc byte[Payloads.ResetSize];
            Payloads.WriteReset(payload, reason);
            Send(channel.Id, Command.Reset, payload);
        }
        else
        {
            if ((actions & HalfActions.SendEof) != 0)
            {
                Send(channel.Id, Command.TcpEof, []);
            }

            if ((actions & HalfActions.SendStop) != 0)
            {
                Send(channel.Id, Command.TcpStopSending, []);
            }
        }

        if ((actions & HalfActions.Release) != 0)
        {
            Release(channel);
        }
        else if (!channel.CanReceive)
        {
            windows.StopReceiving(channel);
        }

        return actions;
    }

    /// <summary>Frees a channel's number and credit, whatever its state; does nothing if that was done.</summary>
    public void Release(Channel channel)
    {
        windows.Close(channel);
        Channels.Remove(channel);
    }

    /// <summary>Payload bytes that a channel may put into the link now; 0 means wait for credit, the link, or for ever.</summary>
    public int DataRoom(Channel channel) => !channel.CanSend || !LinkHasRoom
        ? 0
        : (int)Math.Min(channel.SendCredit, frameLimit.For(channel, LinkControl.Bound, PeerSpeaksE1 == true));

    /// <summary>Bytes that a channel should send before another has its turn.</summary>
    public int DataQuantum => DataFrameLimit.ForMany(LinkControl.Bound);

    /// <summary>
    /// Room for one TCP_DATA payload, to read a socket into; empty if <see cref="DataRoom"/> is 0.
    /// <see cref="CommitData"/> must be the next call.
    /// </summary>
    /// <param name="channel">The channel.</param>
    /// <param name="max">The most bytes wanted.</param>
    public Span<byte> ReserveData(Channel channel, int max)
    {
        int room = Math.Min(max, DataRoom(channel));
        return room <= 0 ? [] : outbound.Reserve(room);
    }

    /// <summary>Sends what was put at the start of the room from <see cref="ReserveData"/>.</summary>
    /// <param name="channel">The same channel.</param>
    /// <param name="count">Bytes; with 0 nothing happens.</param>
    public void CommitData(Channel channel, int count)
    {
        if (count == 0)
        {
            return;
        }

        if (Log.Verbosity >= 2)
        {
            Trace(">", channel.Id, Command.TcpData, count);
        }

        outbound.Commit(channel.Id, Command.TcpData, count);
        channel.SendCredit -= count;
        fullness.Queued(count);
        LinkControl.OnQueued(count, now);
        frameLimit.Sent(channel);
    }

    /// <summary>Says that received payload has left to the local socket, or was dropped; the other end gets new credit for it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="count">Bytes.</param>
    /// <param name="now">Microseconds.</param>
    public void Consumed(Channel channel, int count, long now) => SendWindow(channel, windows.Consume(channel, count, now));

    /// <summary>Says that the first bytes of <see cref="Outbound"/> were written to the link.</summary>
    /// <param name="count">How many.</param>
    /// <param name="now">Microseconds.</param>
    public void Sent(int count, long now)
    {
        outbound.MarkSent(count);
        if (PeerSpeaksE1 == false)
        {
            outbound.Acknowledge(outbound.Sent);
        }
        else
        {
            LinkControl.OnSent(outbound.Sent, now);
        }
    }

    /// <summary>
    /// Queues what is due at the end of a turn of the event loop, before the output is written: acknowledgements, or the
    /// PING of a full link.
    /// </summary>
    /// <param name="now">Microseconds.</param>
    public void EndTurn(long now)
    {
        this.now = now;
        frameLimit.EndTurn();
        if (PeerSpeaksE1 == true)
        {
            if (Unsent == 0 && LinkHasRoom)
            {
                LinkControl.OnIdle();
            }

            if (acknowledger.TakeDue(Unsent > 0, now))
            {
                Span<byte> payload = stackalloc byte[Payloads.AckSize];
                Payloads.WriteAck(payload, acknowledger.Received, acknowledger.ReceivedAt);
                Send(0, Command.Ack, payload);
            }
        }
        else if (PeerSpeaksE1 == false && fullness.TakePingDue())
        {
            Send(0, Command.Ping, "rttest"u8);
        }
    }

    /// <summary>Makes everything that the other end has not acknowledged unsent again, for another link.</summary>
    public void Rewind() => outbound.Rewind();

    // What belongs to data already queued, or ends it, stays in order with it; all else goes first. A TCP_CONNECT stays
    // in front of its WINDOW, since urgent frames do not overtake each other.
    private static bool IsUrgent(Command command) => command is not (Command.TcpData or Command.TcpEof
        or Command.TcpStopSending or Command.Reset or Command.UdpOpen or Command.UdpData or Command.UdpClose or Command.Exit);

    private void SendWindow(Channel channel, uint credit)
    {
        if (credit > 0)
        {
            Span<byte> payload = stackalloc byte[Payloads.WindowSize];
            Payloads.WriteWindow(payload, credit);
            Send(channel.Id, Command.Window, payload);
        }
    }

    private static void Trace(string direction, ushort channel, Command command, int length) =>
        Log.Debug($"{direction} channel {channel} {CommandNames.Of(command)} {length} bytes");
}
