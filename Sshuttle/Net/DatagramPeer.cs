using System;
using Sshuttle.Base;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>
/// Who sent a datagram, and which of this machine's addresses it came to, from which the answer has to leave: somebody who
/// was redirected to us knows no other. One object serves for many datagrams.
/// </summary>
public sealed class DatagramPeer
{
    private readonly byte[] address = new byte[SocketAddress.MaxSize];
    private readonly byte[] control = new byte[DatagramCalls.MaxControl];
    private int addressLength;
    private int controlLength;

    /// <summary>The sender, as far as people need to know.</summary>
    public Endpoint? Endpoint => SocketAddress.TryRead(address.AsSpan(0, addressLength), out Endpoint endpoint) ? endpoint : null;

    /// <summary>Receives one datagram, and remembers where it came from; the value is its length.</summary>
    public SysResult Receive(int fd, Span<byte> buffer)
    {
        SysResult result = DatagramCalls.Receive(fd, buffer, address, out addressLength, control, out controlLength);
        DatagramCalls.ForgetInterface(control.AsSpan(0, controlLength));
        return result;
    }

    /// <summary>Sends one datagram back there.</summary>
    public SysResult Send(int fd, ReadOnlySpan<byte> data) =>
        DatagramCalls.Send(fd, data, address.AsSpan(0, addressLength), control.AsSpan(0, controlLength));
}
