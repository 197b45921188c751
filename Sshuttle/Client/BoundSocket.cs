using Sshuttle.Base;

namespace Sshuttle.Client;

/// <summary>A datagram socket and where it is bound.</summary>
/// <param name="Fd">Its descriptor, non-blocking.</param>
/// <param name="Address">The address and port.</param>
public sealed record BoundSocket(int Fd, Endpoint Address);
