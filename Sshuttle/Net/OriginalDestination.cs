using System;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>Where a redirected connection was going before the firewall turned it to our listener.</summary>
public static class OriginalDestination
{
    /// <summary>
    /// Netfilter's answer: getsockopt(SOL_IP or SOL_IPV6, 80), which reads the connection tracking entry. Null where the
    /// connection is not tracked, which means that nobody redirected it.
    /// </summary>
    public static Endpoint? Find(int fd, IpFamily family)
    {
        Span<byte> address = stackalloc byte[SocketAddress.MaxSize];
        int level = family == IpFamily.V4 ? LinuxAbi.IPPROTO_IP : LinuxAbi.IPPROTO_IPV6;
        SysResult length = SocketCalls.GetOption(fd, level, LinuxAbi.SO_ORIGINAL_DST, address);
        return length.Ok && SocketAddress.TryRead(address[..length.Value], out Endpoint endpoint) ? endpoint : null;
    }
}
