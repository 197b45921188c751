using System;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>Guesses what was meant by a text that is no subnet, to tell its writer what to write.</summary>
internal static class SubnetHint
{
    /// <summary>What to write instead, as the end of an error message.</summary>
    public static string For(string text)
    {
        if (text.Contains(','))
        {
            return "give several subnets as separate words, not with commas";
        }

        if (text.Contains('%'))
        {
            return "an address with a scope cannot be captured";
        }

        if (text.Contains("]/"))
        {
            return "the width stands inside the brackets, as in [2001:db8::/32]:80";
        }

        if (HoldsForeignLetter(text))
        {
            return "write the name in its ASCII form, which begins with xn--";
        }

        int slash = text.IndexOf('/');
        if (slash > 0 && IpAddress.TryParse(text.AsSpan(slash + 1), out IpAddress mask) && mask.IsV4)
        {
            return MaskWidth(mask) is int width
                ? $"write the mask as a width, {text[..slash]}/{width}"
                : $"{mask} is no network mask";
        }

        return "write ADDRESS[/WIDTH][:PORT[-PORT]], such as 10.0.0.0/8 or 192.0.2.1:443";
    }

    private static bool HoldsForeignLetter(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAscii(c) && char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }

    private static int? MaskWidth(IpAddress mask)
    {
        for (int width = 0; width <= mask.Bits; width++)
        {
            if (IpAddress.FromV4(uint.MaxValue).Masked(width) == mask)
            {
                return width;
            }
        }

        return null;
    }
}
