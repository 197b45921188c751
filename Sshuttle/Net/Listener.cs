using Sshuttle.Base;
using Sshuttle.Native;

namespace Sshuttle.Net;

/// <summary>One listening TCP socket.</summary>
/// <param name="fd">Its descriptor.</param>
/// <param name="address">Where it listens.</param>
public sealed class Listener(int fd, Endpoint address)
{
    // The kernel cuts it to net.core.somaxconn (4096 by default).
    internal const int Backlog = 65535;

    /// <summary>The descriptor, non-blocking.</summary>
    public int Fd { get; } = fd;

    /// <summary>The address and port.</summary>
    public Endpoint Address { get; } = address;

    /// <summary>
    /// Binds and listens. SO_REUSEADDR lets a restart take the port of the previous run at once, whose connections are
    /// still in TIME_WAIT; a port that somebody listens on is refused all the same.
    /// </summary>
    /// <param name="address">The address; its port must not be 0.</param>
    /// <param name="listener">The result, or null.</param>
    public static SysResult TryOpen(Endpoint address, out Listener? listener)
    {
        listener = null;
        SysResult socket = SocketCalls.Stream(SocketAddress.Family(address.Address));
        if (!socket.Ok)
        {
            return socket;
        }

        int fd = socket.Value;
        Binding.Reuse(fd);
        SysResult result = Binding.Bind(fd, address);
        if (result.Ok)
        {
            result = SocketCalls.Listen(fd, Backlog);
        }

        if (!result.Ok)
        {
            Sys.Close(fd);
            return result;
        }

        listener = new Listener(fd, address);
        return result;
    }

    /// <summary>Accepts one connection; the value is its descriptor.</summary>
    public SysResult Accept() => SocketCalls.Accept(Fd);

    /// <summary>Stops listening.</summary>
    public void Close() => Sys.Close(Fd);
}
