namespace Sshuttle.Base;

/// <summary>
/// The errors this program tells apart, the same on every system. Failures start at 0x10000, so that a raw errno can never
/// be mistaken for one.
/// </summary>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Any error not listed here; the raw number says which.</summary>
    Other = 0x10000,

    /// <summary>EAGAIN or EWOULDBLOCK.</summary>
    Again,

    /// <summary>EINTR.</summary>
    Interrupted,

    /// <summary>EINPROGRESS: a non-blocking connect has begun.</summary>
    InProgress,

    /// <summary>EPIPE.</summary>
    BrokenPipe,

    /// <summary>ECONNRESET.</summary>
    ConnectionReset,

    /// <summary>ECONNABORTED.</summary>
    ConnectionAborted,

    /// <summary>ECONNREFUSED.</summary>
    ConnectionRefused,

    /// <summary>ETIMEDOUT.</summary>
    TimedOut,

    /// <summary>EHOSTUNREACH or EHOSTDOWN.</summary>
    HostUnreachable,

    /// <summary>ENETUNREACH or ENETDOWN.</summary>
    NetUnreachable,

    /// <summary>EACCES or EPERM.</summary>
    Prohibited,

    /// <summary>EADDRINUSE.</summary>
    AddressInUse,

    /// <summary>EADDRNOTAVAIL.</summary>
    AddressNotAvailable,

    /// <summary>EAFNOSUPPORT.</summary>
    FamilyNotSupported,

    /// <summary>EINVAL.</summary>
    Invalid,

    /// <summary>EMFILE or ENFILE: no descriptor is left.</summary>
    TooManyFiles,

    /// <summary>ENOBUFS or ENOMEM.</summary>
    NoMemory,

    /// <summary>ENOENT.</summary>
    NotFound,

    /// <summary>ENOTCONN.</summary>
    NotConnected,

    /// <summary>ENOTSOCK.</summary>
    NotSocket,

    /// <summary>ECHILD.</summary>
    NoChild,
}
