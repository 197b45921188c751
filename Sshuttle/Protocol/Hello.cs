using System;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>
/// The payload of the first PING of an end that speaks E1: ASCII <c>sshuttle-e1 version=0.1.0 window=16384</c>. The
/// Python program merely echoes it. Words with other keys are left for later versions and ignored.
/// </summary>
/// <param name="Version">The sender's version, 1 to <see cref="MaxVersion"/> printable characters without blanks.</param>
/// <param name="Window">Bytes that may be sent on each new channel before any WINDOW, 0 to 999,999,999.</param>
/// <param name="Ttl">
/// The IP TTL or hop limit that the server is to give its connections, 1 to 255; null, and no word <c>ttl=</c>, leaves the
/// system's. A client asks for it whose rules would otherwise capture a server on the same machine.
/// </param>
/// <param name="ToNs">
/// The only nameserver that the server is to ask, port not 0; null, and no word <c>to-ns=</c>, leaves the system's.
/// </param>
public sealed record Hello(string Version, int Window, byte? Ttl = null, Endpoint? ToNs = null)
{
    /// <summary>The longest payload that is read, in bytes; an arbitrary limit.</summary>
    public const int MaxSize = 512;

    /// <summary>The longest version, in characters; an arbitrary limit.</summary>
    public const int MaxVersion = 32;

    private static ReadOnlySpan<byte> Prefix => "sshuttle-e1 "u8;

    /// <summary>Whether the payload of a PING says that its sender speaks E1.</summary>
    public static bool IsHello(ReadOnlySpan<byte> payload) => payload.StartsWith(Prefix);

    /// <summary>The payload as bytes.</summary>
    public byte[] ToBytes()
    {
        string ttl = Ttl is byte hops ? $" ttl={hops}" : "";
        string toNs = ToNs is Endpoint server ? $" to-ns={server.Address}@{server.Port}" : "";
        return Encoding.ASCII.GetBytes($"sshuttle-e1 version={Version} window={Window}{ttl}{toNs}");
    }

    /// <summary>Reads a payload; null if it is out of form or lacks its version or window.</summary>
    public static Hello? Parse(ReadOnlySpan<byte> payload)
    {
        if (!IsHello(payload) || payload.Length > MaxSize || payload.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
        {
            return null;
        }

        string? version = null;
        int? window = null;
        byte? ttl = null;
        Endpoint? toNs = null;
        ReadOnlySpan<byte> rest = payload[Prefix.Length..];
        while (true)
        {
            int blank = rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = blank < 0 ? rest : rest[..blank];
            int equals = word.IndexOf((byte)'=');
            if (equals < 1)
            {
                return null;
            }

            ReadOnlySpan<byte> key = word[..equals];
            ReadOnlySpan<byte> value = word[(equals + 1)..];
            if (key.SequenceEqual("version"u8))
            {
                if (version != null || value.Length is 0 or > MaxVersion)
                {
                    return null;
                }

                version = Encoding.ASCII.GetString(value);
            }
            else if (key.SequenceEqual("window"u8))
            {
                if (window != null || !Payloads.TryReadNumber(value, out uint bytes))
                {
                    return null;
                }

                window = (int)bytes;
            }
            else if (key.SequenceEqual("ttl"u8))
            {
                if (ttl != null || !Payloads.TryReadNumber(value, out uint hops) || hops is 0 or > byte.MaxValue)
                {
                    return null;
                }

                ttl = (byte)hops;
            }
            else if (key.SequenceEqual("to-ns"u8))
            {
                if (toNs != null || !TryReadServer(value, out Endpoint server))
                {
                    return null;
                }

                toNs = server;
            }

            if (blank < 0)
            {
                return version != null && window != null ? new Hello(version, window.Value, ttl, toNs) : null;
            }

            rest = rest[(blank + 1)..];
        }
    }

    private static bool TryReadServer(ReadOnlySpan<byte> text, out Endpoint server)
    {
        int at = text.IndexOf((byte)'@');
        uint port = 0;
        IpAddress address = default;
        bool valid = at >= 0
            && IpAddress.TryParse(text[..at], out address)
            && Payloads.TryReadNumber(text[(at + 1)..], out port)
            && port is > 0 and <= ushort.MaxValue;
        server = new Endpoint(address, (ushort)port);
        return valid;
    }
}
