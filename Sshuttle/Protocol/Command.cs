namespace Sshuttle.Protocol;

/// <summary>
/// What a frame means; PROTOCOL.md sections 3 and 5. The numbers are those of the Python program (0x4200 to 0x420e);
/// 0x4240 and up are the extension E1.
/// </summary>
public enum Command : ushort
{
    /// <summary>End the session; channel 0.</summary>
    Exit = 0x4200,

    /// <summary>To be answered with <see cref="Pong"/> and the same payload; channel 0.</summary>
    Ping = 0x4201,

    /// <summary>The answer to <see cref="Ping"/>; channel 0.</summary>
    Pong = 0x4202,

    /// <summary>Client to server: connect a new channel to the payload's address.</summary>
    TcpConnect = 0x4203,

    /// <summary>The sender takes no more data on this channel.</summary>
    TcpStopSending = 0x4204,

    /// <summary>The sender has no more data for this channel.</summary>
    TcpEof = 0x4205,

    /// <summary>Bytes of a connection.</summary>
    TcpData = 0x4206,

    /// <summary>Server to client, once: the server's routes; channel 0.</summary>
    Routes = 0x4207,

    /// <summary>Client to server: look for host names; channel 0.</summary>
    HostReq = 0x4208,

    /// <summary>Server to client: host names found; channel 0.</summary>
    HostList = 0x4209,

    /// <summary>Client to server: a DNS query on a new channel.</summary>
    DnsReq = 0x420a,

    /// <summary>Server to client: the answer to the query of this channel.</summary>
    DnsResponse = 0x420b,

    /// <summary>Client to server: a new channel for the datagrams of one source.</summary>
    UdpOpen = 0x420c,

    /// <summary>One datagram.</summary>
    UdpData = 0x420d,

    /// <summary>Client to server: the source is gone.</summary>
    UdpClose = 0x420e,

    /// <summary>E1: the receiver may send so many further bytes on this channel.</summary>
    Window = 0x4240,

    /// <summary>E1: how many bytes of frames have arrived on this link; channel 0.</summary>
    Ack = 0x4241,

    /// <summary>E1: the connection ended with an error, in both directions at once.</summary>
    Reset = 0x4242,
}

/// <summary>The names of the commands as the log shows them.</summary>
public static class CommandNames
{
    /// <summary>The name, or the number in hexadecimal if nobody knows it.</summary>
    public static string Of(Command command) => command switch
    {
        Command.Exit => "EXIT",
        Command.Ping => "PING",
        Command.Pong => "PONG",
        Command.TcpConnect => "TCP_CONNECT",
        Command.TcpStopSending => "TCP_STOP_SENDING",
        Command.TcpEof => "TCP_EOF",
        Command.TcpData => "TCP_DATA",
        Command.Routes => "ROUTES",
        Command.HostReq => "HOST_REQ",
        Command.HostList => "HOST_LIST",
        Command.DnsReq => "DNS_REQ",
        Command.DnsResponse => "DNS_RESPONSE",
        Command.UdpOpen => "UDP_OPEN",
        Command.UdpData => "UDP_DATA",
        Command.UdpClose => "UDP_CLOSE",
        Command.Window => "WINDOW",
        Command.Ack => "ACK",
        Command.Reset => "RESET",
        _ => $"0x{(ushort)command:x4}",
    };
}
