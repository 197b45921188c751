using System;

namespace Sshuttle.Cli;

/// <summary>The characters that names of hosts and numeric addresses are made of.</summary>
internal static class HostText
{
    /// <summary>
    /// Whether a text holds only ASCII letters, digits, <c>_</c>, <c>.</c> and <c>-</c>, and begins with none of the
    /// last two.
    /// </summary>
    public static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }

        return !text.IsEmpty && text[0] is not ('.' or '-');
    }

    /// <summary>How many characters from the start on could belong to an IPv6 address.</summary>
    public static int LeadingV6(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is ':' or '_'))
        {
            end++;
        }

        return end;
    }
}
