namespace Sshuttle.Firewall;

/// <summary>A rule of policy routing that leads marked packets to this machine itself.</summary>
/// <param name="Mark">The firewall mark, not 0.</param>
/// <param name="Port">The port that names the instance, and the routing table.</param>
public readonly record struct MarkRule(uint Mark, ushort Port);
