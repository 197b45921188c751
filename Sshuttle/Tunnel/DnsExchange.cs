using System;
using Sshuttle.Base;
using Sshuttle.Dns;
using Sshuttle.Net;

namespace Sshuttle.Tunnel;

/// <summary>
/// One question to one nameserver, from a socket that is made for it: only that nameserver's answers arrive, on a port
/// and under an id that nobody can guess, and only one to this very question counts.
/// </summary>
/// <param name="loop">The event loop.</param>
/// <param name="asker">Gets the answer.</param>
/// <param name="question">What is asked.</param>
/// <param name="tcp">Whether by TCP.</param>
public sealed class DnsExchange(EventLoop loop, IDnsAsker asker, DnsQuestion question, bool tcp) : IReady
{
    // One process has one thread, and an answer is dealt with before the next is read.
    private static readonly byte[] Buffer = new byte[DnsMessage.MaxSize];

    private readonly ushort id = RandomId.Next();
    private MessageStream? stream;
    private int fd = -1;
    private int sent;
    private bool connected;

    /// <summary>Whether nothing more can come.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether this is by TCP, so that nothing had to be left out of the answer.</summary>
    public bool IsTcp => tcp;

    /// <summary>Asks. After a failure the exchange is closed.</summary>
    /// <param name="server">The nameserver.</param>
    /// <param name="port">Its port.</param>
    /// <param name="ttl">The IP TTL or hop limit to send with; 0 leaves the system's.</param>
    public SysResult Start(ScopedAddress server, ushort port, byte ttl)
    {
        SysResult socket = tcp ? TcpSocket.BeginConnect(server, port, ttl) : UdpSocket.Connect(server, port, ttl);
        if (!socket.Ok)
        {
            IsClosed = true;
            return socket;
        }

        fd = socket.Value;
        _ = loop.Add(fd, this);
        SysResult result = tcp ? socket : SendDatagram();
        if (!result.Ok && !result.IsAgain)
        {
            Close();
            return result;
        }

        return socket;
    }

    /// <summary>Asks again by UDP, in case the question or its answer was lost.</summary>
    public void Repeat()
    {
        if (!tcp && !IsClosed)
        {
            _ = SendDatagram();
        }
    }

    /// <summary>Gives up; a second call does nothing.</summary>
    public void Close()
    {
        IsClosed = true;
        if (fd >= 0)
        {
            loop.CloseLater(fd);
            fd = -1;
        }
    }

    /// <inheritdoc/>
    public void OnReady(Ready events)
    {
        if (tcp)
        {
            OnStreamReady(events);
        }
        else if ((events & ~Ready.Write) != 0)
        {
            ReceiveDatagrams();
        }
    }

    private SysResult SendDatagram() => Descriptor.Write(fd, question.Under(id)[MessageStream.PrefixSize..]);

    private void ReceiveDatagrams()
    {
        while (!IsClosed)
        {
            SysResult read = Descriptor.Read(fd, Buffer);
            if (read.IsAgain)
            {
                return;
            }

            if (!read.Ok)
            {
                Fail();
            }
            else if (DnsMessage.IsAnswer(Buffer.AsSpan(0, read.Value), question.Message, id))
            {
                Close();
                asker.Answered(this, Buffer.AsSpan(0, read.Value));
            }
        }
    }

    private void OnStreamReady(Ready events)
    {
        if (!connected)
        {
            if ((events & (Ready.Write | Ready.Error)) == 0)
            {
                return;
            }

            if (!TcpSocket.PendingError(fd).Ok)
            {
                Fail();
                return;
            }

            connected = true;
        }

        if (!SendStream())
        {
            Fail();
        }
        else if ((events & ~Ready.Write) != 0)
        {
            ReceiveStream();
        }
    }

    private bool SendStream()
    {
        ReadOnlySpan<byte> framed = question.Under(id);
        while (sent < framed.Length)
        {
            SysResult written = Descriptor.Write(fd, framed[sent..]);
            if (!written.Ok)
            {
                return written.IsAgain;
            }

            sent += written.Value;
        }

        return true;
    }

    private void ReceiveStream()
    {
        stream ??= new MessageStream();
        while (!IsClosed)
        {
            SysResult read = Descriptor.Read(fd, stream.Free);
            if (read.IsAgain)
            {
                return;
            }

            if (!read.Ok || read.Value == 0)
            {
                Fail();
                return;
            }

            stream.Received(read.Value);
            while (!IsClosed && stream.TryTake(out Span<byte> answer))
            {
                if (DnsMessage.IsAnswer(answer, question.Message, id))
                {
                    Close();
                    asker.Answered(this, answer);
                }
            }
        }
    }

    private void Fail()
    {
        Close();
        asker.Failed(this);
    }
}
