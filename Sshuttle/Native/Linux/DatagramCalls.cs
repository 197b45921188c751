using System;
using Sshuttle.Base;

namespace Sshuttle.Native.Linux;

/// <summary>
/// recvmsg(2) and sendmsg(2) of one datagram with the address of the other side and one control message (IP_PKTINFO or
/// IPV6_PKTINFO, ip(7), ipv6(7)), which says on receiving where it came to and on sending where it is to leave from.
/// </summary>
public static unsafe class DatagramCalls
{
    /// <summary>Room for the control message: struct cmsghdr (16 bytes where a word has 8) and struct in6_pktinfo (20), in words.</summary>
    public const int MaxControl = 40;

    /// <summary>Receives one datagram; the value is its length. What does not fit into the buffer is cut off.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="buffer">Receives the data.</param>
    /// <param name="sender">Receives the sender's sockaddr.</param>
    /// <param name="senderLength">Its length.</param>
    /// <param name="control">Room of <see cref="MaxControl"/> bytes.</param>
    /// <param name="controlLength">How many of them were used, 0 for none.</param>
    public static SysResult Receive(int fd, Span<byte> buffer, Span<byte> sender, out int senderLength, Span<byte> control, out int controlLength)
    {
        fixed (byte* data = buffer, name = sender, ancillary = control)
        {
            IoVec vector = new() { Data = data, Length = (nuint)buffer.Length };
            MsgHdr message = Message(name, sender.Length, &vector, ancillary, control.Length);
            SysResult result = MessageCalls.Receive(fd, &message, 0);
            senderLength = (int)message.NameLength;
            controlLength = (int)message.ControlLength;
            return result;
        }
    }

    /// <summary>Sends one datagram.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="data">The data.</param>
    /// <param name="receiver">The receiver's sockaddr.</param>
    /// <param name="control">A control message, or nothing.</param>
    public static SysResult Send(int fd, ReadOnlySpan<byte> data, ReadOnlySpan<byte> receiver, ReadOnlySpan<byte> control)
    {
        fixed (byte* bytes = data, name = receiver, ancillary = control)
        {
            IoVec vector = new() { Data = bytes, Length = (nuint)data.Length };
            MsgHdr message = Message(name, receiver.Length, &vector, ancillary, control.Length);
            return MessageCalls.Send(fd, &message);
        }
    }

    /// <summary>
    /// Takes the interface out of a control message, so that the routes choose it; addresses of a link (fe80::/10) keep
    /// theirs, since they mean something there only.
    /// </summary>
    public static void ForgetInterface(Span<byte> control)
    {
        if (control.Length < sizeof(nuint) + (2 * sizeof(int)))
        {
            return;
        }

        // struct in_pktinfo: interface, local address, header's address; struct in6_pktinfo: address, interface.
        int header = sizeof(nuint) + (2 * sizeof(int));
        int level = BitConverter.ToInt32(control[sizeof(nuint)..]);
        Span<byte> info = control[header..];
        if (level == LinuxAbi.IPPROTO_IP && info.Length >= 12)
        {
            info[..4].Clear();
        }
        else if (level == LinuxAbi.IPPROTO_IPV6 && info.Length >= 20 && !(info[0] == 0xfe && (info[1] & 0xc0) == 0x80))
        {
            info[16..20].Clear();
        }
    }

    private static MsgHdr Message(byte* name, int nameLength, IoVec* vector, byte* control, int controlLength) => new()
    {
        Name = name,
        NameLength = (uint)nameLength,
        Vectors = vector,
        VectorCount = 1,
        Control = control,
        ControlLength = (nuint)controlLength,
    };
}
