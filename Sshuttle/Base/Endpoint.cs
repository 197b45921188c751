namespace Sshuttle.Base;

/// <summary>An address and a port in host order; port 0 means none or any.</summary>
/// <param name="Address">The address.</param>
/// <param name="Port">The port, host order.</param>
public readonly record struct Endpoint(IpAddress Address, ushort Port)
{
    /// <summary><c>1.2.3.4:80</c> or <c>[::1]:80</c>.</summary>
    public override string ToString() => Address.IsV6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
