using System;

namespace Sshuttle.Protocol;

/// <summary>
/// How far the two directions of a channel are closed. "Send" is from our socket to the other end, "receive" from
/// the other end to our socket.
/// </summary>
public enum HalfState : byte
{
    /// <summary>Both directions are open.</summary>
    Open,

    /// <summary>Send is open; the other end has no more data, but our socket has not yet taken all of it.</summary>
    Draining,

    /// <summary>Send is open, receive is closed.</summary>
    SendOnly,

    /// <summary>Receive is open, send is closed.</summary>
    ReceiveOnly,

    /// <summary>Both are closed on the wire and the channel number is free; our socket has not yet taken all data.</summary>
    Flushing,

    /// <summary>Nothing is left to do.</summary>
    Closed,
}

/// <summary>What can happen to a channel.</summary>
public enum HalfEvent : byte
{
    /// <summary>Our socket has no more data (read returned 0).</summary>
    LocalEof,

    /// <summary>Our socket takes no more data.</summary>
    LocalWriteFailed,

    /// <summary>Our socket has taken everything received so far.</summary>
    Drained,

    /// <summary>TCP_EOF arrived.</summary>
    RemoteEof,

    /// <summary>TCP_STOP_SENDING arrived.</summary>
    RemoteStop,

    /// <summary>Our socket was reset, or could not be connected.</summary>
    LocalReset,

    /// <summary>RESET arrived.</summary>
    RemoteReset,
}

/// <summary>What is to be done after an event. <see cref="Mux.Apply"/> does what concerns the wire, the caller the rest.</summary>
[Flags]
public enum HalfActions : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Wire: send TCP_EOF.</summary>
    SendEof = 1,

    /// <summary>Wire: send TCP_STOP_SENDING.</summary>
    SendStop = 2,

    /// <summary>Wire: send RESET, in place of the two above, where the other end knows it.</summary>
    SendReset = 4,

    /// <summary>Wire: nothing more will be sent or received; the channel's number is free.</summary>
    Release = 8,

    /// <summary>Socket: send a FIN.</summary>
    ShutdownWrite = 16,

    /// <summary>Socket: read no more.</summary>
    ShutdownRead = 32,

    /// <summary>Socket: close it.</summary>
    Close = 64,

    /// <summary>Socket: close it with an RST, and drop what it was still to get.</summary>
    Abort = 128,
}

/// <summary>
/// All transitions of a channel, PROTOCOL.md section 4. The table does not know whether it serves the client or the
/// server. Neither TCP_EOF nor TCP_STOP_SENDING is answered with its counterpart; a peer that does so does no harm.
/// </summary>
public static class HalfClose
{
    /// <summary>How many states there are.</summary>
    public const int States = 6;

    /// <summary>How many events there are.</summary>
    public const int Events = 7;

    private const HalfActions None = HalfActions.None;
    private const HalfActions Eof = HalfActions.SendEof;
    private const HalfActions Stop = HalfActions.SendStop;
    private const HalfActions Reset = HalfActions.SendReset;
    private const HalfActions Release = HalfActions.Release;
    private const HalfActions Fin = HalfActions.ShutdownWrite;
    private const HalfActions Deaf = HalfActions.ShutdownRead;
    private const HalfActions Close = HalfActions.Close;
    private const HalfActions Abort = HalfActions.Abort;

    private const HalfState Open = HalfState.Open;
    private const HalfState Draining = HalfState.Draining;
    private const HalfState SendOnly = HalfState.SendOnly;
    private const HalfState ReceiveOnly = HalfState.ReceiveOnly;
    private const HalfState Flushing = HalfState.Flushing;
    private const HalfState Closed = HalfState.Closed;

    private static readonly (HalfState Next, HalfActions Actions)[] Table =
    [
        // Open
        (ReceiveOnly, Eof), // LocalEof
        (SendOnly, Stop), // LocalWriteFailed
        (Open, None), // Drained
        (Draining, None), // RemoteEof
        (ReceiveOnly, Deaf), // RemoteStop
        (Closed, Reset | Eof | Stop | Release | Close), // LocalReset
        (Closed, Release | Abort), // RemoteReset

        // Draining
        (Flushing, Eof | Release), // LocalEof
        (SendOnly, None), // LocalWriteFailed: the peer has already said that it sends no more
        (SendOnly, Fin), // Drained
        (Draining, None), // RemoteEof
        (Flushing, Deaf | Release), // RemoteStop
        (Closed, Reset | Eof | Release | Close), // LocalReset
        (Closed, Release | Abort), // RemoteReset

        // SendOnly
        (Closed, Eof | Release | Close), // LocalEof
        (SendOnly, None), // LocalWriteFailed
        (SendOnly, None), // Drained
        (SendOnly, None), // RemoteEof
        (Closed, Release | Close), // RemoteStop
        (Closed, Reset | Eof | Release | Close), // LocalReset
        (Closed, Release | Abort), // RemoteReset

        // ReceiveOnly
        (ReceiveOnly, None), // LocalEof
        (Closed, Stop | Release | Close), // LocalWriteFailed
        (ReceiveOnly, None), // Drained
        (Flushing, Release), // RemoteEof
        (ReceiveOnly, None), // RemoteStop
        (Closed, Reset | Stop | Release | Close), // LocalReset
        (Closed, Release | Abort), // RemoteReset

        // Flushing: the number may already be another connection's, so nothing goes to the wire
        (Flushing, None), // LocalEof
        (Closed, Close), // LocalWriteFailed
        (Closed, Fin | Close), // Drained
        (Flushing, None), // RemoteEof
        (Flushing, None), // RemoteStop
        (Closed, Close), // LocalReset
        (Closed, Abort), // RemoteReset

        // Closed
        (Closed, None),
        (Closed, None),
        (Closed, None),
        (Closed, None),
        (Closed, None),
        (Closed, None),
        (Closed, None),
    ];

    /// <summary>The state after an event, and what is to be done.</summary>
    public static (HalfState Next, HalfActions Actions) Next(HalfState state, HalfEvent happened) =>
        Table[((int)state * Events) + (int)happened];
}
