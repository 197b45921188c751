using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public class SocketTableTests
{
    private const string Tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 100 1 0000000000000000 100 0 0 10 0
           1: 010200C0:A3E2 020200C0:0016 01 00000000:00000000 02:000A7D8B 00000000  1000        0 101 2 0000000000000000 20 4 30 10 -1
           2: 010200C0:A3E4 030200C0:0016 06 00000000:00000000 02:000A7D8B 00000000  1000        0 102 2 0000000000000000 20 4 30 10 -1
           3: 010200C0:A3E6 040200C0:0050 01 00000000:00000000 02:000A7D8B 00000000  1000        0 103 2 0000000000000000 20 4 30 10 -1

        """;

    private const string Tcp6 = """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: B80D0120000000000000000001000000:A3E2 B80D0120010000000000000002000000:0016 01 00000000:00000000 02:000A7D8B 00000000  1000        0 201 2 0000000000000000 20 4 30 10 -1
           1: 0000000000000000FFFF0000010200C0:A3E4 0000000000000000FFFF0000020200C0:08AE 01 00000000:00000000 02:000A7D8B 00000000  1000        0 202 2 0000000000000000 20 4 30 10 -1

        """;

    private static readonly HashSet<ulong> All = [100, 101, 102, 103, 201, 202];

    [Fact]
    public void EstablishedPeersOfTheInodes_AreFound()
    {
        Assert.Equal([Make.Endpoint("192.0.2.2", 22)], SocketTable.Peers(Tcp, new HashSet<ulong> { 100, 101, 102 }));
        Assert.Equal([Make.Endpoint("192.0.2.2", 22), Make.Endpoint("192.0.2.4", 80)], SocketTable.Peers(Tcp, All));
        Assert.Empty(SocketTable.Peers(Tcp, new HashSet<ulong>()));
    }

    [Fact]
    public void MappedAddress_IsIpv4() => Assert.Equal(
        [Make.Endpoint("2001:db8:0:1::2", 22), Make.Endpoint("192.0.2.2", 2222)], SocketTable.Peers(Tcp6, All));

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\n\n  \n")]
    [InlineData("1: 2 3 01 4 5 6 7 8 101 9")]
    [InlineData("1: a 020200C0 01 4 5 6 7 8 101 9")]
    [InlineData("1: a 020200C0: 01 4 5 6 7 8 101 9")]
    [InlineData("1: a 020200C0:10016 01 4 5 6 7 8 101 9")]
    [InlineData("1: a 020200CG:0016 01 4 5 6 7 8 101 9")]
    [InlineData("1: a 020200:0016 01 4 5 6 7 8 101 9")]
    [InlineData("1: a 020200C0:0016 01 4 5 6 7 8 -101 9")]
    [InlineData("1: a 020200C0:0016 01 4 5 6 7 8 99999999999999999999999 9")]
    [InlineData("1: a 020200C0:0016 01 4 5 6")]
    [InlineData("1: a 0000000000000000000000000000000g:0016 01 4 5 6 7 8 101 9")]
    public void WhatIsOutOfForm_IsSkipped(string table) => Assert.Empty(SocketTable.Peers(table, All));

    [Theory]
    [InlineData("socket:[4711]", 4711)]
    [InlineData("socket:[]", null)]
    [InlineData("socket:[-1]", null)]
    [InlineData("socket:[1", null)]
    [InlineData("pipe:[4711]", null)]
    [InlineData("/dev/null", null)]
    [InlineData("", null)]
    public void Link_NamesASocket(string link, int? inode)
    {
        Assert.Equal(inode is not null, SocketTable.TryInode(link, out ulong found));
        Assert.Equal((ulong)(inode ?? 0), found);
    }

    [Theory]
    [InlineData("42 (ssh) S 7 42 42 0", 7)]
    [InlineData("42 (a) b) (c) R 7 42", 7)]
    [InlineData("42 (1 2 3) S 7", 7)]
    [InlineData("42 (ssh) S", null)]
    [InlineData("42 (ssh)", null)]
    [InlineData("", null)]
    public void Stat_NamesTheParent(string stat, int? parent)
    {
        Assert.Equal(parent is not null, SocketTable.TryParent(stat, out int found));
        Assert.Equal(parent ?? 0, found);
    }

    [Fact]
    public void Peers_OfThisProcess_LeaveOutLoopback()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        List<Endpoint> peers = TransportSockets.Peers(System.Environment.ProcessId);
        Assert.DoesNotContain(peers, peer => peer.Address.IsLoopback);
    }
}
