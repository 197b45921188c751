namespace Sshuttle.Protocol;

/// <summary>The names of states and events as the log shows them.</summary>
internal static class HalfNames
{
    /// <summary>The name of a state.</summary>
    public static string Of(HalfState state) => state switch
    {
        HalfState.Open => "open",
        HalfState.Draining => "draining",
        HalfState.SendOnly => "send only",
        HalfState.ReceiveOnly => "receive only",
        HalfState.Flushing => "flushing",
        _ => "closed",
    };

    /// <summary>The name of an event.</summary>
    public static string Of(HalfEvent happened) => happened switch
    {
        HalfEvent.LocalEof => "local eof",
        HalfEvent.LocalWriteFailed => "local write failed",
        HalfEvent.Drained => "drained",
        HalfEvent.RemoteEof => "remote eof",
        HalfEvent.RemoteStop => "remote stop",
        HalfEvent.LocalReset => "local reset",
        _ => "remote reset",
    };
}
