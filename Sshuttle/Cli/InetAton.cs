using System;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// The IPv4 spellings of BSD's inet_aton, which every resolver takes as addresses rather than names: one to four
/// numbers, each decimal, octal (leading 0) or hexadecimal (leading 0x), the last one filling all bytes that remain.
/// So <c>10</c> is 0.0.0.10, <c>10.1</c> is 10.0.0.1 and <c>010.0.0.1</c> is 8.0.0.1.
/// </summary>
public static class InetAton
{
    private const int MaxParts = 4;

    /// <summary>Reads an address in any of these spellings.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        uint number = 0;
        int parts = 0;
        foreach (Range range in text.Split('.'))
        {
            parts++;
            bool last = range.End.GetOffset(text.Length) == text.Length;
            int bits = last ? 8 * (MaxParts + 1 - parts) : 8;
            if (parts > MaxParts || !TryReadNumber(text[range], out ulong part) || part >> bits != 0)
            {
                address = default;
                return false;
            }

            number = last ? number | (uint)part : number | (uint)part << (8 * (MaxParts - parts));
        }

        address = IpAddress.FromV4(number);
        return true;
    }

    /// <summary>
    /// Reads the same text as people mean it: decimal numbers up to 255 from the left, missing ones zero, so that
    /// <c>10</c> is 10.0.0.0.
    /// </summary>
    /// <param name="text">One to four numbers joined by dots.</param>
    /// <param name="address">The address.</param>
    /// <param name="parts">How many numbers there were.</param>
    public static bool TryParseAsMeant(ReadOnlySpan<char> text, out IpAddress address, out int parts)
    {
        uint number = 0;
        parts = 0;
        foreach (Range range in text.Split('.'))
        {
            parts++;
            if (parts > MaxParts || !Digits.TryRead(text[range], out int part) || part > 255)
            {
                address = default;
                return false;
            }

            number |= (uint)part << (8 * (MaxParts - parts));
        }

        address = IpAddress.FromV4(number);
        return true;
    }

    /// <summary>Whether a host name's last label is a number, which no name has: a mistyped address.</summary>
    public static bool EndsInNumber(ReadOnlySpan<char> host)
    {
        ReadOnlySpan<char> label = host[(host.LastIndexOf('.') + 1)..];
        return Digits.TryRead(label, out _) || TryReadNumber(label, out _);
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out ulong number)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        uint radix = hex ? 16u : text.StartsWith("0") ? 8u : 10u;
        ReadOnlySpan<char> digits = hex ? text[2..] : text;
        number = 0;
        foreach (char c in digits)
        {
            uint digit = char.IsAsciiDigit(c) ? (uint)(c - '0') : char.IsAsciiLetter(c) ? (uint)((c | 0x20) - 'a' + 10) : radix;
            if (digit >= radix || number > uint.MaxValue)
            {
                return false;
            }

            number = (number * radix) + digit;
        }

        return !digits.IsEmpty;
    }
}
