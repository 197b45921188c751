using System;

namespace Sshuttle.Firewall;

/// <summary>Parts of the nat table that iptables' nf_tables variant makes on first use and never removes.</summary>
[Flags]
public enum NatParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The table itself.</summary>
    Table = 1,

    /// <summary>Its base chain OUTPUT.</summary>
    Output = 2,

    /// <summary>Its base chain PREROUTING.</summary>
    Prerouting = 4,

    /// <summary>All of them.</summary>
    All = Table | Output | Prerouting,
}
