namespace Sshuttle.Privileged;

/// <summary>What ended the wait for a line.</summary>
internal enum LineEvent
{
    /// <summary>A line came.</summary>
    Line,

    /// <summary>The other side is gone.</summary>
    End,

    /// <summary>A signal came.</summary>
    Signal,

    /// <summary>The other side sent more than a line may hold.</summary>
    Overlong,

    /// <summary>Nothing came in time.</summary>
    Timeout,
}
