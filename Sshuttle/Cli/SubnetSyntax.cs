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

    private SubnetSyntax(string text, in SubnetPieces pieces, IpAddress literal)
    {
        Text = text;
        Host = pieces.Host;
        Width = pieces.Width;
        FirstPort = (ushort)pieces.FirstPort;
        LastPort = (ushort)pieces.LastPort;
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
        IpAddress literal = default;
        error = SubnetPieces.TrySplit(text, out SubnetPieces pieces)
            ? AddressError(text, pieces, out literal) ?? WidthError(text, pieces, literal) ?? PortError(text, pieces)
            : $"'{text}' is not a subnet: {SubnetHint.For(text)}";
        subnet = error is null ? new SubnetSyntax(text, pieces, literal) : null;
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

    private static string? AddressError(string text, in SubnetPieces pieces, out IpAddress literal)
    {
        bool isAddress = pieces.IsV6
            ? IpAddress.TryParse(pieces.Host, out literal)
            : InetAton.TryParse(pieces.Host, out literal);
        return isAddress || (!pieces.IsV6 && !InetAton.EndsInNumber(pieces.Host))
            ? null
            : $"'{text}' is not a subnet: {pieces.Host} is no {(pieces.IsV6 ? "IPv6" : "IPv4")} address";
    }

    private static string? WidthError(string text, in SubnetPieces pieces, IpAddress literal)
    {
        int max = literal.IsV4 ? 32 : 128;
        return pieces.Width > max ? $"'{text}': the width /{pieces.WidthText} is not between 0 and {max}" : null;
    }

    private static string? PortError(string text, in SubnetPieces pieces)
    {
        if (Math.Max(pieces.FirstPort, pieces.LastPort) > Digits.MaxPort)
        {
            return $"'{text}': a port is at most {Digits.MaxPort}";
        }

        return pieces.FirstPort > pieces.LastPort
            ? $"'{text}': the port range runs backwards; write {pieces.LastPort}-{pieces.FirstPort}"
            : null;
    }
}
