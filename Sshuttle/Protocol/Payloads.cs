using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>
/// Writes and reads the payloads of single commands. Readers take what a stranger sent: they answer false for anything
/// out of form and never throw.
/// </summary>
public static class Payloads
{
    /// <summary>The longest text of TCP_CONNECT: family, address and port with two commas.</summary>
    public const int MaxConnect = 2 + 1 + IpAddress.MaxText + 1 + 5;

    /// <summary>Bytes of a WINDOW payload.</summary>
    public const int WindowSize = 4;

    /// <summary>Bytes of an ACK payload.</summary>
    public const int AckSize = 16;

    // Without the time, which a reader can do without.
    private const int ShortAckSize = 8;

    /// <summary>Bytes of a RESET payload.</summary>
    public const int ResetSize = 2;

    // Linux's AF_INET and AF_INET6. Readers take 2 as IPv4 and any other number as IPv6, as the Python program does,
    // since every system has its own number for the latter.
    private const int WireV4 = 2;
    private const int WireV6 = 10;

    /// <summary>TCP_CONNECT: ASCII <c>family,address,port</c>, e.g. <c>2,10.88.0.1,80</c>. Returns the length.</summary>
    /// <param name="output">At least <see cref="MaxConnect"/> bytes.</param>
    /// <param name="destination">Where to connect to.</param>
    public static int WriteConnect(Span<byte> output, Endpoint destination)
    {
        Utf8Formatter.TryFormat(destination.Address.IsV4 ? WireV4 : WireV6, output, out int used);
        output[used++] = (byte)',';
        used += destination.Address.Format(output[used..]);
        output[used++] = (byte)',';
        Utf8Formatter.TryFormat(destination.Port, output[used..], out int digits);
        return used + digits;
    }

    /// <summary>Reads TCP_CONNECT: a numeric address of the family that is named, and a port of 1 to 65535.</summary>
    public static bool TryReadConnect(ReadOnlySpan<byte> payload, out Endpoint destination)
    {
        destination = default;
        if (!TryReadFields(payload, out IpAddress address, out uint port) || port is 0 or > ushort.MaxValue)
        {
            return false;
        }

        destination = new Endpoint(address, (ushort)port);
        return true;
    }

    /// <summary>One line of ROUTES: ASCII <c>family,network,width</c> and a line feed. Returns the length.</summary>
    /// <param name="output">At least <see cref="MaxConnect"/> bytes.</param>
    /// <param name="route">Network and width; the rest of it is not sent.</param>
    public static int WriteRoute(Span<byte> output, Subnet route)
    {
        Utf8Formatter.TryFormat(route.Address.IsV4 ? WireV4 : WireV6, output, out int used);
        output[used++] = (byte)',';
        used += route.Address.Format(output[used..]);
        output[used++] = (byte)',';
        Utf8Formatter.TryFormat(route.Width, output[used..], out int digits);
        used += digits;
        output[used++] = (byte)'\n';
        return used;
    }

    /// <summary>Reads ROUTES, which may be empty; false if any line is out of form.</summary>
    public static bool TryReadRoutes(ReadOnlySpan<byte> payload, List<Subnet> routes)
    {
        while (payload.Length > 0)
        {
            int length = payload.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = length < 0 ? payload : payload[..length];
            if (!TryReadFields(line, out IpAddress address, out uint width) || width > address.Bits)
            {
                return false;
            }

            routes.Add(new Subnet(address, (int)width, 0, 0, Exclude: false));
            payload = length < 0 ? [] : payload[(length + 1)..];
        }

        return true;
    }

    /// <summary>WINDOW: u32, big-endian, further bytes that may be sent.</summary>
    public static void WriteWindow(Span<byte> output, uint bytes) => BinaryPrimitives.WriteUInt32BigEndian(output, bytes);

    /// <summary>Reads WINDOW.</summary>
    public static bool TryReadWindow(ReadOnlySpan<byte> payload, out uint bytes) =>
        BinaryPrimitives.TryReadUInt32BigEndian(payload, out bytes) && payload.Length == WindowSize;

    /// <summary>ACK: u64 bytes of frames received so far, and i64 when the last of them arrived, both big-endian.</summary>
    /// <param name="output">At least <see cref="AckSize"/> bytes.</param>
    /// <param name="received">Bytes.</param>
    /// <param name="arrivedAt">Microseconds of a clock of this end that never goes back.</param>
    public static void WriteAck(Span<byte> output, long received, long arrivedAt)
    {
        BinaryPrimitives.WriteInt64BigEndian(output, received);
        BinaryPrimitives.WriteInt64BigEndian(output[ShortAckSize..], arrivedAt);
    }

    /// <summary>Reads ACK; a number beyond 2^63 - 1 is none. It may come without the time, which is null then.</summary>
    public static bool TryReadAck(ReadOnlySpan<byte> payload, out long received, out long? arrivedAt)
    {
        bool valid = BinaryPrimitives.TryReadInt64BigEndian(payload, out received) && received >= 0;
        arrivedAt = payload.Length == AckSize ? BinaryPrimitives.ReadInt64BigEndian(payload[ShortAckSize..]) : null;
        return valid && payload.Length is AckSize or ShortAckSize;
    }

    /// <summary>RESET: u16, big-endian.</summary>
    public static void WriteReset(Span<byte> output, ResetReason reason) =>
        BinaryPrimitives.WriteUInt16BigEndian(output, (ushort)reason);

    /// <summary>Reads RESET. A reset is a reset: without a reason that can be read it has none.</summary>
    public static ResetReason ReadReset(ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.TryReadUInt16BigEndian(payload, out ushort reason) && payload.Length == ResetSize
            ? (ResetReason)reason
            : ResetReason.Unspecified;

    // family "," address "," number
    private static bool TryReadFields(ReadOnlySpan<byte> text, out IpAddress address, out uint number)
    {
        address = default;
        number = 0;
        int first = text.IndexOf((byte)',');
        int last = text.LastIndexOf((byte)',');
        return first >= 0
            && last > first
            && TryReadNumber(text[..first], out uint family)
            && IpAddress.TryParse(text[(first + 1)..last], out address)
            && address.IsV4 == (family == WireV4)
            && TryReadNumber(text[(last + 1)..], out number);
    }

    /// <summary>A whole field of decimal digits, at most nine of them.</summary>
    internal static bool TryReadNumber(ReadOnlySpan<byte> text, out uint number)
    {
        number = 0;
        return text.Length is > 0 and <= 9
            && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && Utf8Parser.TryParse(text, out number, out _);
    }
}
