using System.Net;
using System.Net.Sockets;
using Sshuttle.Base;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Net;

public class UdpSocketTests
{
    [Fact]
    public void ConnectedSocket_HearsItsPeerAlone()
    {
        using UdpClient peer = new(new IPEndPoint(IPAddress.Loopback, 0));
        using UdpClient stranger = new(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)peer.Client.LocalEndPoint!).Port;
        SysResult socket = UdpSocket.Connect(new ScopedAddress(IpAddress.Loopback(IpFamily.V4), null), (ushort)port);
        Assert.True(Descriptor.Write(socket.Value, "question"u8).Ok);
        IPEndPoint from = new(IPAddress.Any, 0);
        Assert.Equal(8, peer.Receive(ref from).Length);
        stranger.Send("lie"u8, from);
        peer.Send("truth"u8, from);
        Assert.NotEqual(0u, Descriptor.Wait([socket.Value], -1, 5000));
        Assert.Equal(5, Descriptor.Read(socket.Value, new byte[99]).Value);
        Assert.True(Descriptor.Read(socket.Value, new byte[99]).IsAgain);
        Descriptor.Close(socket.Value);
    }
}
