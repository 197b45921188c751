using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;
using Sshuttle.Net;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Net;

public class TcpSocketTests
{
    private const int Patience = 5000;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Connect_ReachesAListener(string address)
    {
        Listener listener = Listen(address);
        SysResult client = TcpSocket.BeginConnect(listener.Address, ttl: 0);
        Assert.True(client.Ok);
        Assert.Equal(1, Sys.Wait(client.Value, LinuxAbi.POLLOUT, Patience).Value);
        Assert.True(TcpSocket.PendingError(client.Value).Ok);
        SysResult server = Accept(listener);
        Assert.Equal(listener.Address, TcpSocket.LocalEndpoint(server.Value));
        Assert.Equal(TcpSocket.LocalEndpoint(client.Value), TcpSocket.PeerEndpoint(server.Value));
        Assert.Equal(listener.Address, TcpSocket.PeerEndpoint(client.Value));
        Close(client.Value, server.Value, listener.Fd);
    }

    [Fact]
    public void RefusedConnect_IsAPendingError()
    {
        Listener listener = Listen("127.0.0.1");
        listener.Close();
        SysResult client = TcpSocket.BeginConnect(listener.Address, ttl: 0);
        Assert.True(client.Ok);
        Assert.Equal(1, Sys.Wait(client.Value, LinuxAbi.POLLOUT, Patience).Value);
        Assert.Equal(Errno.ConnectionRefused, TcpSocket.PendingError(client.Value).Errno);
        Assert.Null(TcpSocket.PeerEndpoint(client.Value));
        Close(client.Value);
    }

    [Fact]
    public void ImpossibleDestination_IsAResult()
    {
        // Broadcast, to which TCP has no way.
        SysResult result = TcpSocket.BeginConnect(Make.Endpoint("255.255.255.255", 80), ttl: 0);
        Assert.False(result.Ok);
        Assert.NotEqual(Errno.None, result.Errno);
    }

    [Fact]
    public void ShutdownWrite_IsAnEnd_AndTheOtherDirectionStaysOpen()
    {
        (Listener listener, int client, int server) = Pair();
        TcpSocket.SetNoDelay(client);
        TcpSocket.ShutdownWrite(client);
        Assert.Equal(1, Sys.Wait(server, LinuxAbi.POLLIN, Patience).Value);
        Assert.Equal(SysResult.Of(0), Sys.Read(server, new byte[1]));
        Assert.Equal(SysResult.Of(1), Sys.Write(server, "x"u8));
        Assert.Equal(1, Sys.Wait(client, LinuxAbi.POLLIN, Patience).Value);
        Assert.Equal(SysResult.Of(1), Sys.Read(client, new byte[9]));
        Close(client, server, listener.Fd);
    }

    [Fact]
    public void ResetOnClose_IsSeenAsAReset()
    {
        (Listener listener, int client, int server) = Pair();
        TcpSocket.ResetOnClose(server);
        Close(server);
        Assert.Equal(1, Sys.Wait(client, LinuxAbi.POLLIN, Patience).Value);
        Assert.Equal(Errno.ConnectionReset, Sys.Read(client, new byte[1]).Errno);
        Close(client, listener.Fd);
    }

    [Theory]
    [InlineData("127.0.0.1", LinuxAbi.IPPROTO_IP, LinuxAbi.IP_TTL)]
    [InlineData("::1", LinuxAbi.IPPROTO_IPV6, LinuxAbi.IPV6_UNICAST_HOPS)]
    public void Ttl_IsSet(string address, int level, int option)
    {
        Listener listener = Listen(address);
        SysResult client = TcpSocket.BeginConnect(listener.Address, ttl: 63);
        byte[] value = new byte[4];
        Assert.Equal(4, SocketCalls.GetOption(client.Value, level, option, value).Value);
        Assert.Equal(63, BitConverter.ToInt32(value));
        Close(client.Value, listener.Fd);
    }

    [Fact]
    public void DirectConnection_HasNoOriginalDestination_OrItsOwn()
    {
        (Listener listener, int client, int server) = Pair();
        Endpoint? original = OriginalDestination.Find(server, IpFamily.V4);
        Assert.True(original is null || original == listener.Address);
        Close(client, server, listener.Fd);
    }

    [Fact]
    public void Listener_AcceptsWhatWaits_ThenSaysAgain()
    {
        Listener listener = Listen("127.0.0.1");
        List<int> clients = [];
        for (int i = 0; i < 100; i++)
        {
            clients.Add(TcpSocket.BeginConnect(listener.Address, ttl: 0).Value);
        }

        List<int> servers = [];
        for (SysResult next = Accept(listener); next.Ok; next = listener.Accept())
        {
            servers.Add(next.Value);
        }

        Assert.Equal(100, servers.Count);
        Assert.True(listener.Accept().IsAgain);
        Close([.. clients, .. servers, listener.Fd]);
    }

    [Fact]
    public void Ipv6Listener_LeavesIpv4Alone()
    {
        Listener v6 = Listen("::");
        Assert.True(Listener.TryOpen(Make.Endpoint("0.0.0.0", v6.Address.Port), out Listener? v4).Ok);
        Close(v6.Fd, v4!.Fd);
    }

    [Fact]
    public void PortInUse_IsRefused()
    {
        Listener listener = Listen("127.0.0.1");
        Assert.Equal(Errno.AddressInUse, Listener.TryOpen(listener.Address, out Listener? second).Errno);
        Assert.Null(second);
        Close(listener.Fd);
    }

    // Below the range of ports that the kernel gives to connecting sockets.
    private static Listener Listen(string address)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            if (Listener.TryOpen(Make.Endpoint(address, Random.Shared.Next(20_000, 30_000)), out Listener? listener).Ok)
            {
                return listener!;
            }
        }

        throw new InvalidOperationException("no port is free");
    }

    private static (Listener Listener, int Client, int Server) Pair()
    {
        Listener listener = Listen("127.0.0.1");
        int client = TcpSocket.BeginConnect(listener.Address, ttl: 0).Value;
        return (listener, client, Accept(listener).Value);
    }

    private static SysResult Accept(Listener listener)
    {
        Assert.Equal(1, Sys.Wait(listener.Fd, LinuxAbi.POLLIN, Patience).Value);
        return listener.Accept();
    }

    private static void Close(params int[] fds) => Array.ForEach(fds, Sys.Close);
}
