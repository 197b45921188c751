using System;

namespace Sshuttle.Cli;

/// <summary>The pieces of a subnet's text, split but neither understood nor checked for their ranges.</summary>
internal struct SubnetPieces
{
    /// <summary>Whether the text has the form for IPv6, where only an address can be the host.</summary>
    public bool IsV6;

    /// <summary>The address or name.</summary>
    public string Host;

    /// <summary>The digits behind the slash.</summary>
    public string WidthText;

    /// <summary>Their number; null where there is no slash.</summary>
    public int? Width;

    /// <summary>The first port; 0 where there is none.</summary>
    public int FirstPort;

    /// <summary>The last port; the first again where there is only one.</summary>
    public int LastPort;

    /// <summary>Splits a text; more than one colon makes it IPv6.</summary>
    public static bool TrySplit(string text, out SubnetPieces pieces)
    {
        pieces = new SubnetPieces { IsV6 = text.AsSpan().Count(':') > 1 };
        return pieces.IsV6 ? pieces.TrySplitV6(text) : pieces.TrySplitV4(text);
    }

    // HOST[/WIDTH][:PORTS], HOST being a name or inet_aton number, perhaps behind "*."
    private bool TrySplitV4(string text)
    {
        int colon = text.IndexOf(':');
        string range = colon < 0 ? text : text[..colon];
        int slash = range.IndexOf('/');
        Host = slash < 0 ? range : range[..slash];
        return HostText.IsName(Host.StartsWith("*.") ? Host.AsSpan(2) : Host)
            && (slash < 0 || TryReadWidth(range[(slash + 1)..]))
            && (colon < 0 || TryReadPorts(text.AsSpan(colon + 1)));
    }

    // [ADDRESS/WIDTH]:PORTS, where each bracket may be missing
    private bool TrySplitV6(string text)
    {
        ReadOnlySpan<char> rest = text.StartsWith('[') ? text.AsSpan(1) : text;
        int end = HostText.LeadingV6(rest);

        // In ::1:80-90 the dash shows that the last group is a port.
        if (end < rest.Length && rest[end] == '-')
        {
            end = Math.Max(rest[..end].LastIndexOf(':'), 0);
        }

        Host = rest[..end].ToString();
        rest = rest[end..];
        if (rest.StartsWith("/"))
        {
            rest = rest[1..];
            int other = rest.IndexOfAnyExceptInRange('0', '9');
            ReadOnlySpan<char> width = other < 0 ? rest : rest[..other];
            if (!TryReadWidth(width.ToString()))
            {
                return false;
            }

            rest = rest[width.Length..];
        }

        rest = rest.StartsWith("]") ? rest[1..] : rest;
        return Host.Length > 0 && (rest.IsEmpty || (rest[0] == ':' && TryReadPorts(rest[1..])));
    }

    private bool TryReadWidth(string text)
    {
        bool read = Digits.TryRead(text, out int width);
        (WidthText, Width) = (text, width);
        return read;
    }

    private bool TryReadPorts(ReadOnlySpan<char> text)
    {
        int dash = text.IndexOf('-');
        bool read = Digits.TryRead(dash < 0 ? text : text[..dash], out FirstPort);
        LastPort = FirstPort;
        return read && (dash < 0 || Digits.TryRead(text[(dash + 1)..], out LastPort));
    }
}
