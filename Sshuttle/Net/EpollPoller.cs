using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>The poller over Linux's epoll.</summary>
public sealed class EpollPoller : Poller
{
    private const int MaxEvents = 256;
    private readonly byte[] events = new byte[MaxEvents * EpollCalls.EventSize];
    private readonly int epoll;

    /// <summary>Opens the epoll instance.</summary>
    /// <exception cref="Fatal">The kernel gives none.</exception>
    public EpollPoller()
    {
        SysResult result = EpollCalls.Create();
        if (!result.Ok)
        {
            throw new Fatal($"cannot open an epoll instance: {Os.ErrorText(result)}");
        }

        epoll = result.Value;
    }

    /// <inheritdoc/>
    public override bool Add(int fd, long token)
    {
        const uint all = LinuxAbi.EPOLLIN | LinuxAbi.EPOLLOUT | LinuxAbi.EPOLLRDHUP | LinuxAbi.EPOLLET;
        return EpollCalls.Add(epoll, fd, all, token).Ok;
    }

    /// <inheritdoc/>
    public override void Remove(int fd) => EpollCalls.Remove(epoll, fd);

    /// <inheritdoc/>
    public override int Wait(int timeoutMilliseconds)
    {
        SysResult result = EpollCalls.Wait(epoll, events, timeoutMilliseconds);
        return result.Ok ? result.Value : 0;
    }

    /// <inheritdoc/>
    public override (Ready Events, long Token) Event(int index)
    {
        (uint bits, long token) = EpollCalls.Event(events, index);
        Ready ready = Ready.None;
        ready |= (bits & LinuxAbi.EPOLLIN) != 0 ? Ready.Read : 0;
        ready |= (bits & LinuxAbi.EPOLLOUT) != 0 ? Ready.Write : 0;
        ready |= (bits & LinuxAbi.EPOLLRDHUP) != 0 ? Ready.PeerClosed : 0;
        ready |= (bits & (LinuxAbi.EPOLLERR | LinuxAbi.EPOLLHUP)) != 0 ? Ready.Error : 0;
        return (ready, token);
    }

    /// <inheritdoc/>
    public override void Dispose() => Sys.Close(epoll);
}
