using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>A transparent socket that the client asks the helper for, before the rules.</summary>
/// <param name="Udp">Whether it is a datagram socket; else it listens for connections.</param>
/// <param name="Address">What it is bound to; the port is not 0.</param>
public readonly record struct SocketOrder(bool Udp, Endpoint Address);
