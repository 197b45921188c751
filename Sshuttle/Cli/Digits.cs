using System;

namespace Sshuttle.Cli;

/// <summary>Unsigned decimal numbers as they are typed: ASCII digits only, no sign, no blanks.</summary>
internal static class Digits
{
    /// <summary>The largest port.</summary>
    public const int MaxPort = 65535;

    /// <summary>
    /// Reads a number. One that does not fit becomes <see cref="int.MaxValue"/>, so that the caller's range check
    /// refuses it with the caller's own words.
    /// </summary>
    /// <returns>False where the text is empty or holds anything but digits.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out int number)
    {
        long value = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                number = 0;
                return false;
            }

            value = Math.Min((value * 10) + (c - '0'), int.MaxValue);
        }

        number = (int)value;
        return !text.IsEmpty;
    }
}
