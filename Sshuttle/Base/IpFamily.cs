namespace Sshuttle.Base;

/// <summary>An address family by its version number, which is the same on every system (AF_INET6 is not).</summary>
public enum IpFamily : byte
{
    /// <summary>No address.</summary>
    None = 0,

    /// <summary>IPv4: 4 bytes, widths 0 to 32.</summary>
    V4 = 4,

    /// <summary>IPv6: 16 bytes, widths 0 to 128.</summary>
    V6 = 6,
}
