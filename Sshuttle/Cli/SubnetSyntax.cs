using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// A subnet as typed, <c>HOST[/WIDTH][:PORT[-PORT]]</c>, its host not yet looked up. A text with more than one colon
/// is IPv6, where the whole of <c>ADDRESS/WIDTH</c> may stand in brackets.
/// </summary>
public sealed class SubnetSyntax
{
    private readonly IpAddress literal;

    private SubnetSyntax(string text, string host, int? width, (ushort First, ushort Last) ports, IpAddress literal)
    {
        Text = text;
        Host = host;
        Width = width;
        FirstPort = ports.First;
        LastPort = ports.Last;
        this.literal = literal;
    }

    /// <summary>The whole text, as typed.</summary>
    public string Text { get; }

    /// <summary>The address or name in it, without brackets.</summary>
    public string Host { get; }

    /// <summary>The width in bits, where one was given; in range for an address, at most 128 for a name.</summary>
    public int? Width { get; }

    /// <summary>First port, or 0 for all.</summary>
    public ushort FirstPort { get; }

    /// <summary>Last port, not below the first.</summary>
    public ushort LastPort { get; }

    /// <summary>Whether the host is a name that must be looked up.</summary>
    public bool IsName => literal.Family == IpFamily.None;

    /// <summary>
    /// What to tell the user where the text means something else than it seems to (<c>10/8</c> is 0.0.0.10/8);
    /// otherwise null.
    /// </summary>
    public string? Surprise
    {
        get
        {
            if (!literal.IsV4 || !InetAton.TryParseAsMeant(Host, out IpAddress meant, out int parts))
            {
                return null;
            }

            Subnet actual = With(literal, exclude: false);
            if (literal.Masked(actual.Width) == meant.Masked(actual.Width))
            {
                return null;
            }

            Subnet instead = actual with { Address = meant, Width = Width ?? 8 * parts };
            return $"{Text} means {actual}; write {instead} if that is what you want";
        }
    }

    /// <summary>Reads a subnet.</summary>
    /// <exception cref="Fatal">The text is none (usage error).</exception>
    public static SubnetSyntax Parse(string text) =>
        TryParse(text, out SubnetSyntax? subnet, out string? error) ? subnet : throw new Fatal(error, Fatal.UsageCode);

    /// <summary>Reads a subnet, or says in one line what is wrong with it.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SubnetSyntax? subnet,
        [NotNullWhen(false)] out string? error)
    {
        subnet = null;
        bool v6 = text.AsSpan().Count(':') > 1;
        if (!(v6 ? TrySplitV6(text, out Pieces pieces) : TrySplitV4(text, out pieces)))
        {
            error = $"'{text}' is not a subnet: {SubnetHint.For(text)}";
            return false;
        }

        if (!(v6 ? IpAddress.TryParse(pieces.Host, out IpAddress literal) : InetAton.TryParse(pieces.Host, out literal))
            && (v6 || InetAton.EndsInNumber(pieces.Host)))
        {
            error = $"'{text}' is not a subnet: {pieces.Host} is no {(v6 ? "IPv6" : "IPv4")} address";
            return false;
        }

        int maxWidth = literal.IsV4 ? 32 : 128;
        if (pieces.Width > maxWidth)
        {
            error = $"'{text}': the width /{pieces.WidthText} is not between 0 and {maxWidth}";
            return false;
        }

        error = PortError(text, pieces);
        if (error is null)
        {
            (ushort, ushort) ports = ((ushort)pieces.FirstPort, (ushort)pieces.LastPort);
            subnet = new SubnetSyntax(text, pieces.Host, pieces.Width, ports, literal);
        }

        return subnet is not null;
    }

    /// <summary>Gives the subnet where the host is an address rather than a name.</summary>
    /// <param name="exclude">Whether it shall be left alone rather than captured.</param>
    /// <param name="subnet">The subnet; host bits are kept as typed.</param>
    public bool TryLiteral(bool exclude, out Subnet subnet)
    {
        subnet = IsName ? default : With(literal, exclude);
        return !IsName;
    }

    /// <summary>Gives the subnets of a name: one for each of its addresses.</summary>
    /// <param name="addresses">All IPv4 and IPv6 addresses of the name.</param>
    /// <param name="exclude">Whether they shall be left alone rather than captured.</param>
    /// <param name="into">Gets the subnets.</param>
    /// <param name="warning">What the user should know; null as a rule.</param>
    /// <exception cref="Fatal">The name has no address, or its width cannot apply to them (usage error).</exception>
    public void Resolve(IReadOnlyList<IpAddress> addresses, bool exclude, List<Subnet> into, out string? warning)
    {
        if (addresses.Count == 0)
        {
            throw new Fatal($"'{Text}': the name {Host} has no address", Fatal.UsageCode);
        }

        foreach (IpAddress address in addresses)
        {
            if (Width is not null && address.Family != addresses[0].Family)
            {
                throw new Fatal(
                    $"'{Text}': {Host} has IPv4 and IPv6 addresses, so no width fits; write the address itself",
                    Fatal.UsageCode);
            }

            if (Width > address.Bits)
            {
                throw new Fatal(
                    $"'{Text}': the width /{Width} is not between 0 and {address.Bits}, and {Host} is {address}",
                    Fatal.UsageCode);
            }

            into.Add(With(address, exclude));
        }

        warning = Width is not null && addresses.Count > 1
            ? $"{Host} has {addresses.Count} addresses; the width /{Width} is applied to each of them"
            : null;
    }

    private Subnet With(IpAddress address, bool exclude) =>
        new(address, Width ?? address.Bits, FirstPort, LastPort, exclude);

    private static string? PortError(string text, Pieces pieces)
    {
        int highest = Math.Max(pieces.FirstPort, pieces.LastPort);
        if (highest > Digits.MaxPort)
        {
            return $"'{text}': a port is at most {Digits.MaxPort}";
        }

        return pieces.FirstPort > pieces.LastPort
            ? $"'{text}': the port range runs backwards; write {pieces.LastPort}-{pieces.FirstPort}"
            : null;
    }

    // HOST[/WIDTH][:PORTS], HOST being a name or inet_aton number, perhaps behind "*."
    private static bool TrySplitV4(string text, out Pieces pieces)
    {
        pieces = default;
        int colon = text.IndexOf(':');
        string range = colon < 0 ? text : text[..colon];
        int slash = range.IndexOf('/');
        pieces.Host = slash < 0 ? range : range[..slash];
        ReadOnlySpan<char> name = pieces.Host.StartsWith("*.") ? pieces.Host.AsSpan(2) : pieces.Host;
        return HostText.IsName(name)
            && (slash < 0 || pieces.TryReadWidth(range[(slash + 1)..]))
            && (colon < 0 || pieces.TryReadPorts(text.AsSpan(colon + 1)));
    }

    // [ADDRESS/WIDTH]:PORTS, where each bracket may be missing
    private static bool TrySplitV6(string text, out Pieces pieces)
    {
        pieces = default;
        ReadOnlySpan<char> rest = text.StartsWith('[') ? text.AsSpan(1) : text;
        int end = HostText.LeadingV6(rest);

        // In ::1:80-90 the dash shows that the last group is a port.
        if (end < rest.Length && rest[end] == '-')
        {
            end = Math.Max(rest[..end].LastIndexOf(':'), 0);
        }

        pieces.Host = rest[..end].ToString();
        rest = rest[end..];
        if (rest.StartsWith("/"))
        {
            int digits = 1;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
            {
                digits++;
            }

            if (!pieces.TryReadWidth(rest[1..digits].ToString()))
            {
                return false;
            }

            rest = rest[digits..];
        }

        rest = rest.StartsWith("]") ? rest[1..] : rest;
        return pieces.Host.Length > 0
            && (rest.IsEmpty || (rest[0] == ':' && pieces.TryReadPorts(rest[1..])));
    }

    private struct Pieces
    {
        public string Host;
        public string WidthText;
        public int? Width;
        public int FirstPort;
        public int LastPort;

        public bool TryReadWidth(string text)
        {
            bool read = Digits.TryRead(text, out int width);
            (WidthText, Width) = (text, width);
            return read;
        }

        public bool TryReadPorts(ReadOnlySpan<char> text)
        {
            int dash = text.IndexOf('-');
            bool read = Digits.TryRead(dash < 0 ? text : text[..dash], out FirstPort);
            LastPort = FirstPort;
            return read && (dash < 0 || Digits.TryRead(text[(dash + 1)..], out LastPort));
        }
    }
}
