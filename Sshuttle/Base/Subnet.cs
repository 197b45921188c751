namespace Sshuttle.Base;

/// <summary>
/// What to capture or to leave alone: an address range and a port range. Host bits are kept as typed, as the Python
/// program keeps them; the kernel masks them.
/// </summary>
/// <param name="Address">Any address of the range.</param>
/// <param name="Width">Leading bits that count, 0 to 32 or 128.</param>
/// <param name="FirstPort">First port of the range, or 0 with <paramref name="LastPort"/> 0 for all ports.</param>
/// <param name="LastPort">Last port of the range, inclusive.</param>
/// <param name="Exclude">Whether matching traffic is left alone rather than captured.</param>
public readonly record struct Subnet(IpAddress Address, int Width, ushort FirstPort, ushort LastPort, bool Exclude)
{
    /// <summary>
    /// Whether the rule has no port match. A range from 0 has none either: that is how the Python program reads it.
    /// </summary>
    public bool AllPorts => FirstPort == 0;

    /// <summary>Whether the subnet is one single host.</summary>
    public bool IsHost => Width == Address.Bits;

    /// <summary>Whether an address lies in the range, ports aside.</summary>
    public bool Contains(IpAddress address) =>
        address.Family == Address.Family && address.Masked(Width) == Address.Masked(Width);

    /// <summary><c>10.0.0.0/8</c>, <c>10.0.0.1/32:80-90</c>, <c>[2001:db8::/32]:80</c>.</summary>
    public override string ToString()
    {
        string range = $"{Address}/{Width}";
        if (FirstPort == 0 && LastPort == 0)
        {
            return range;
        }

        string ports = FirstPort == LastPort ? $"{FirstPort}" : $"{FirstPort}-{LastPort}";
        return Address.IsV6 ? $"[{range}]:{ports}" : $"{range}:{ports}";
    }
}
