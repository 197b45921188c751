using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>A nameserver whose port 53, UDP and TCP, is captured.</summary>
/// <param name="Nameserver">The nameserver that programs of this machine ask.</param>
/// <param name="Port">
/// Our listener's port for both protocols, host order and not 0; its address is that of the family's listener.
/// </param>
public sealed record DnsRedirect(IpAddress Nameserver, ushort Port)
{
    /// <summary><c>192.0.2.53,12299</c>, as on the wire.</summary>
    public override string ToString() => string.Concat(Nameserver.ToString(), ",", RuleNumber.Text(Port));
}
