using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>A nameserver whose port 53, UDP and TCP, is captured.</summary>
/// <param name="Nameserver">The nameserver that programs of this machine ask.</param>
/// <param name="Port">
/// Our listener's port for both protocols, host order and not 0; its address is that of the family's listener.
/// </param>
public readonly record struct DnsRedirect(IpAddress Nameserver, ushort Port);
