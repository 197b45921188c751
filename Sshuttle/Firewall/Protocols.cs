using System;

namespace Sshuttle.Firewall;

/// <summary>Transport protocols.</summary>
[Flags]
public enum Protocols
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>UDP.</summary>
    Udp = 2,
}
