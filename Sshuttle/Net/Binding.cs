using System;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>Gives sockets an address of their own.</summary>
internal static class Binding
{
    /// <summary>Lets the address be taken again at once where only connections that have ended still hold it.</summary>
    public static void Reuse(int fd) => _ = SocketCalls.SetOption(fd, LinuxAbi.SOL_SOCKET, LinuxAbi.SO_REUSEADDR, 1);

    /// <summary>Binds; a socket for IPv6 takes IPv6 only.</summary>
    public static SysResult Bind(int fd, Endpoint address)
    {
        if (address.Address.IsV6)
        {
            _ = SocketCalls.SetOption(fd, LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_V6ONLY, 1);
        }

        Span<byte> name = stackalloc byte[SocketAddress.MaxSize];
        return SocketCalls.Bind(fd, name[..SocketAddress.Write(address, name)]);
    }
}
