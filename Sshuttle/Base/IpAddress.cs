using System;
using System.Buffers.Binary;
using System.Text;

namespace Sshuttle.Base;

/// <summary>
/// An IPv4 or IPv6 address as a value. The default value is no address. Ordering is IPv4 before IPv6, then numeric.
/// </summary>
public readonly struct IpAddress : IEquatable<IpAddress>, IComparable<IpAddress>
{
    /// <summary>The longest text of an address, <c>ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255</c>, in bytes.</summary>
    public const int MaxText = 45;

    private readonly ulong high;
    private readonly ulong low;

    private IpAddress(IpFamily family, ulong high, ulong low)
    {
        Family = family;
        this.high = high;
        this.low = low;
    }

    /// <summary>IPv4, IPv6, or none for the default value.</summary>
    public IpFamily Family { get; }

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsV4 => Family == IpFamily.V4;

    /// <summary>Whether this is an IPv6 address.</summary>
    public bool IsV6 => Family == IpFamily.V6;

    /// <summary>Width of the whole address in bits: 32 or 128.</summary>
    public int Bits => IsV4 ? 32 : 128;

    /// <summary>Whether this is 0.0.0.0 or ::.</summary>
    public bool IsAny => high == 0 && low == 0;

    /// <summary>Whether this is in 127.0.0.0/8 or is ::1.</summary>
    public bool IsLoopback => IsV4 ? low >> 24 == 127 : IsV6 && high == 0 && low == 1;

    /// <summary>127.0.0.1 or ::1.</summary>
    public static IpAddress Loopback(IpFamily family) =>
        family == IpFamily.V4 ? FromV4(0x7f000001) : new IpAddress(IpFamily.V6, 0, 1);

    /// <summary>0.0.0.0 or ::.</summary>
    public static IpAddress Any(IpFamily family) => new(family, 0, 0);

    /// <summary>An IPv4 address from its number, 1.2.3.4 being 0x01020304.</summary>
    public static IpAddress FromV4(uint number) => new(IpFamily.V4, 0, number);

    /// <summary>An address from 4 or 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">The length is neither.</exception>
    public static IpAddress FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => FromV4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new IpAddress(IpFamily.V6, BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("an address has 4 or 16 bytes", nameof(bytes)),
    };

    /// <summary>Writes the address in network order and returns its length, 4 or 16.</summary>
    public int WriteBytes(Span<byte> output)
    {
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(output, (uint)low);
            return 4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(output, high);
        BinaryPrimitives.WriteUInt64BigEndian(output[8..], low);
        return 16;
    }

    /// <summary>The IPv4 address inside ::ffff:0:0/96, otherwise the address itself.</summary>
    public IpAddress Unmapped() => IsV6 && high == 0 && low >> 32 == 0xffff ? FromV4((uint)low) : this;

    /// <summary>The address with all bits behind the first <paramref name="width"/> cleared.</summary>
    public IpAddress Masked(int width)
    {
        if (IsV4)
        {
            return FromV4(width == 0 ? 0 : (uint)low & (uint.MaxValue << (32 - width)));
        }

        ulong maskedHigh = width == 0 ? 0 : width >= 64 ? high : high & (ulong.MaxValue << (64 - width));
        ulong maskedLow = width <= 64 ? 0 : low & (ulong.MaxValue << (128 - width));
        return new IpAddress(Family, maskedHigh, maskedLow);
    }

    /// <summary>Parses the text forms that inet_pton takes: four decimal numbers, or RFC 4291 IPv6 without a scope.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        Span<byte> ascii = stackalloc byte[MaxText];
        if (text.Length > MaxText)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] > 127)
            {
                return false;
            }

            ascii[i] = (byte)text[i];
        }

        return TryParse(ascii[..text.Length], out address);
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out IpAddress)"/>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address) =>
        text.IndexOf((byte)':') < 0 ? TryParseV4(text, out address) : TryParseV6(text, out address);

    private static bool TryParseV4(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        uint number = 0;
        int parts = 0;
        int digits = 0;
        uint part = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == '.')
            {
                if (digits == 0 || part > 255 || parts == 4)
                {
                    return false;
                }

                number = (number << 8) | part;
                parts++;
                digits = 0;
                part = 0;
            }
            else if (text[i] is >= (byte)'0' and <= (byte)'9' && digits < 3 && !(digits > 0 && part == 0))
            {
                part = (part * 10) + (uint)(text[i] - '0');
                digits++;
            }
            else
            {
                return false;
            }
        }

        address = FromV4(number);
        return parts == 4;
    }

    private static bool TryParseV6(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        int filled = 0;
        int gap = -1;
        int i = 0;
        if (text.StartsWith("::"u8))
        {
            gap = 0;
            i = 2;
        }

        while (i < text.Length)
        {
            int end = i;
            int value = 0;
            while (end < text.Length && end - i < 4 && HexDigit(text[end]) is >= 0 and int digit)
            {
                value = (value << 4) | digit;
                end++;
            }

            if (end < text.Length && text[end] == '.')
            {
                if (filled > 12 || !TryParseV4(text[i..], out IpAddress tail))
                {
                    return false;
                }

                filled += tail.WriteBytes(bytes[filled..]);
                i = text.Length;
                break;
            }

            if (end == i || filled == 16)
            {
                return false;
            }

            BinaryPrimitives.WriteUInt16BigEndian(bytes[filled..], (ushort)value);
            filled += 2;
            if (end == text.Length)
            {
                i = end;
                break;
            }

            if (text[end] != ':' || end + 1 == text.Length)
            {
                return false;
            }

            i = end + 1;
            if (text[i] == ':')
            {
                if (gap >= 0)
                {
                    return false;
                }

                gap = filled;
                i++;
            }
        }

        if (gap < 0 ? filled != 16 : filled >= 16)
        {
            return false;
        }

        if (gap >= 0)
        {
            int moved = filled - gap;
            bytes[gap..filled].CopyTo(bytes[(16 - moved)..]);
            bytes[gap..(16 - moved)].Clear();
        }

        address = FromBytes(bytes);
        return true;
    }

    private static int HexDigit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };

    /// <summary>Writes the canonical text (RFC 5952 for IPv6) as ASCII and returns its length, at most <see cref="MaxText"/>.</summary>
    public int Format(Span<byte> output)
    {
        Span<byte> bytes = stackalloc byte[16];
        int length = WriteBytes(bytes);
        return length == 4 ? FormatV4(bytes, output) : FormatV6(bytes, output);
    }

    private static int FormatV4(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        int used = 0;
        for (int i = 0; i < 4; i++)
        {
            if (i > 0)
            {
                output[used++] = (byte)'.';
            }

            bytes[i].TryFormat(output[used..], out int written);
            used += written;
        }

        return used;
    }

    private static int FormatV6(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        (int gapStart, int gapLength) = LongestZeroRun(bytes);
        bool dotted = gapStart == 0 && gapLength == 5 && bytes[10] == 0xff && bytes[11] == 0xff;
        int used = 0;
        for (int group = 0; group < (dotted ? 6 : 8); group++)
        {
            if (group == gapStart)
            {
                output[used++] = (byte)':';
                output[used++] = (byte)':';
                group += gapLength - 1;
                continue;
            }

            if (used > 0 && output[used - 1] != ':')
            {
                output[used++] = (byte)':';
            }

            BinaryPrimitives.ReadUInt16BigEndian(bytes[(group * 2)..]).TryFormat(output[used..], out int written, "x");
            used += written;
        }

        if (dotted)
        {
            output[used++] = (byte)':';
            used += FormatV4(bytes[12..], output[used..]);
        }

        return used;
    }

    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<byte> bytes)
    {
        int start = -1;
        int length = 1;
        for (int group = 0; group < 8; group++)
        {
            int end = group;
            while (end < 8 && bytes[end * 2] == 0 && bytes[(end * 2) + 1] == 0)
            {
                end++;
            }

            if (end - group > length)
            {
                start = group;
                length = end - group;
            }

            group = Math.Max(group, end - 1);
        }

        return (start, length);
    }

    /// <summary>The canonical text; empty for the default value.</summary>
    public override string ToString()
    {
        if (Family == IpFamily.None)
        {
            return "";
        }

        Span<byte> ascii = stackalloc byte[MaxText];
        return Encoding.ASCII.GetString(ascii[..Format(ascii)]);
    }

    /// <inheritdoc/>
    public bool Equals(IpAddress other) => Family == other.Family && high == other.high && low == other.low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IpAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Family, high, low);

    /// <inheritdoc/>
    public int CompareTo(IpAddress other)
    {
        int byFamily = Family.CompareTo(other.Family);
        int byHigh = byFamily != 0 ? byFamily : high.CompareTo(other.high);
        return byHigh != 0 ? byHigh : low.CompareTo(other.low);
    }

    /// <summary>Whether both are the same address of the same family.</summary>
    public static bool operator ==(IpAddress left, IpAddress right) => left.Equals(right);

    /// <summary>Whether the addresses differ.</summary>
    public static bool operator !=(IpAddress left, IpAddress right) => !left.Equals(right);

    /// <summary>Order: IPv4 first, then numeric.</summary>
    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    /// <summary>Order: IPv4 first, then numeric.</summary>
    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    /// <summary>Order: IPv4 first, then numeric.</summary>
    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    /// <summary>Order: IPv4 first, then numeric.</summary>
    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;
}
