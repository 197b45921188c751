using System;

namespace Sshuttle.Firewall;

/// <summary>
/// Parts of a table that iptables' nf_tables variant makes on first use and never removes; for each table the table
/// itself, its chain for local traffic, and its chain for forwarded traffic.
/// </summary>
[Flags]
public enum TableParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The nat table.</summary>
    Nat = 1,

    /// <summary>OUTPUT of nat.</summary>
    NatOutput = 2,

    /// <summary>PREROUTING of nat.</summary>
    NatPrerouting = 4,

    /// <summary>The mangle table.</summary>
    Mangle = 8,

    /// <summary>OUTPUT of mangle.</summary>
    MangleOutput = 16,

    /// <summary>PREROUTING of mangle.</summary>
    ManglePrerouting = 32,

    /// <summary>The filter table.</summary>
    Filter = 64,

    /// <summary>OUTPUT of filter.</summary>
    FilterOutput = 128,

    /// <summary>FORWARD of filter.</summary>
    FilterForward = 256,

    /// <summary>All of them.</summary>
    All = 511,
}
