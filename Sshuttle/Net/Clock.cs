using System.Diagnostics;

namespace Sshuttle.Net;

/// <summary>The monotonic clock of the process.</summary>
public static class Clock
{
    private static readonly long TicksPerMicrosecond = Stopwatch.Frequency / 1_000_000;

    /// <summary>Microseconds since some fixed moment.</summary>
    public static long Microseconds => Stopwatch.GetTimestamp() / TicksPerMicrosecond;
}
