namespace Sshuttle.Protocol;

/// <summary>
/// Why a connection was reset: the payload of RESET, u16. The numbers are our own, since errno differs between
/// systems. A receiver treats one it does not know as <see cref="Unspecified"/>.
/// </summary>
public enum ResetReason : ushort
{
    /// <summary>No reason known.</summary>
    Unspecified = 0,

    /// <summary>Nobody listens at the destination (ECONNREFUSED).</summary>
    Refused = 1,

    /// <summary>No way to the host (EHOSTUNREACH, EHOSTDOWN).</summary>
    HostUnreachable = 2,

    /// <summary>No way to the network (ENETUNREACH, ENETDOWN).</summary>
    NetworkUnreachable = 3,

    /// <summary>No answer in time (ETIMEDOUT).</summary>
    TimedOut = 4,

    /// <summary>The connection was up and was reset (ECONNRESET, EPIPE).</summary>
    ConnectionReset = 5,

    /// <summary>A local rule forbids it (EACCES, EPERM).</summary>
    Prohibited = 6,

    /// <summary>The host has no such addresses (EAFNOSUPPORT, EADDRNOTAVAIL).</summary>
    AddressUnsupported = 7,

    /// <summary>Out of descriptors, ports, memory or channels.</summary>
    ResourceLimit = 8,

    /// <summary>The other end broke the protocol on this channel.</summary>
    ProtocolError = 9,
}

/// <summary>The reasons in words.</summary>
public static class ResetReasons
{
    /// <summary>A few words for the log.</summary>
    public static string Text(ResetReason reason) => reason switch
    {
        ResetReason.Refused => "connection refused",
        ResetReason.HostUnreachable => "host unreachable",
        ResetReason.NetworkUnreachable => "network unreachable",
        ResetReason.TimedOut => "connection timed out",
        ResetReason.ConnectionReset => "connection reset",
        ResetReason.Prohibited => "not permitted",
        ResetReason.AddressUnsupported => "address family not available",
        ResetReason.ResourceLimit => "out of resources",
        ResetReason.ProtocolError => "protocol error",
        _ => "connection failed",
    };
}
