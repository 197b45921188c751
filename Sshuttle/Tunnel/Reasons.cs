using Sshuttle.Base;
using Sshuttle.Protocol;

namespace Sshuttle.Tunnel;

/// <summary>Why a socket failed, as the wire says it.</summary>
public static class Reasons
{
    /// <summary>The reason for a system error.</summary>
    public static ResetReason Of(Errno errno) => errno switch
    {
        Errno.ConnectionRefused => ResetReason.Refused,
        Errno.HostUnreachable => ResetReason.HostUnreachable,
        Errno.NetUnreachable => ResetReason.NetworkUnreachable,
        Errno.TimedOut => ResetReason.TimedOut,
        Errno.ConnectionReset or Errno.ConnectionAborted or Errno.BrokenPipe => ResetReason.ConnectionReset,
        Errno.Prohibited => ResetReason.Prohibited,
        Errno.FamilyNotSupported or Errno.AddressNotAvailable or Errno.Invalid => ResetReason.AddressUnsupported,
        Errno.TooManyFiles or Errno.NoMemory => ResetReason.ResourceLimit,
        _ => ResetReason.Unspecified,
    };
}
