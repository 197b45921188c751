using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>Options that datagram and stream sockets have in common.</summary>
internal static class SocketOption
{
    /// <summary>Sets the IP TTL or hop limit to send with; 0 leaves the system's.</summary>
    public static void SetTtl(int fd, IpFamily family, byte ttl)
    {
        if (ttl != 0)
        {
            _ = family == IpFamily.V4
                ? SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IP, LinuxAbi.IP_TTL, ttl)
                : SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_UNICAST_HOPS, ttl);
        }
    }
}
