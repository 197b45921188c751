using Sshuttle.Base;

namespace Sshuttle.Client;

/// <summary>A datagram socket and where it is bound.</summary>
/// <param name="fd">Its descriptor, non-blocking.</param>
/// <param name="address">The address and port.</param>
public sealed class BoundSocket(int fd, Endpoint address)
{
    /// <summary>Its descriptor, non-blocking.</summary>
    public int Fd => fd;

    /// <summary>The address and port.</summary>
    public Endpoint Address => address;
}
