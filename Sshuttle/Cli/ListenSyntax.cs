using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// One item of <c>-l</c>, its host not yet looked up: <c>PORT</c> (on 0.0.0.0), <c>HOST[:PORT]</c> or
/// <c>[IPv6][:PORT]</c>.
/// </summary>
public sealed class ListenSyntax
{
    private readonly IpAddress literal;

    private ListenSyntax(string host, IpAddress literal, ushort port)
    {
        Host = host;
        this.literal = literal;
        Port = port;
    }

    /// <summary>The address or name, without brackets.</summary>
    public string Host { get; }

    /// <summary>The port; 0 where a free one shall be searched.</summary>
    public ushort Port { get; }

    /// <summary>Whether the host is a name that must be looked up.</summary>
    public bool IsName => literal.Family == IpFamily.None;

    /// <summary>Reads a comma-separated list of items.</summary>
    /// <exception cref="Fatal">An item is malformed (usage error).</exception>
    public static List<ListenSyntax> ParseList(string text)
    {
        List<ListenSyntax> items = [];
        foreach (Range range in text.AsSpan().Split(','))
        {
            items.Add(Parse(text[range]));
        }

        return items;
    }

    /// <summary>Gives the endpoint where the host is an address rather than a name.</summary>
    public bool TryLiteral(out Endpoint endpoint)
    {
        endpoint = new Endpoint(literal, Port);
        return !IsName;
    }

    /// <summary>Gives the endpoint of a name: at the smallest of its addresses, IPv4 before IPv6.</summary>
    /// <param name="addresses">All addresses of the name.</param>
    /// <param name="warning">What the user should know; null as a rule.</param>
    /// <exception cref="Fatal">The name has no address (usage error).</exception>
    public Endpoint Resolve(IReadOnlyList<IpAddress> addresses, out string? warning)
    {
        if (addresses.Count == 0)
        {
            throw new Fatal($"-l {Host}: the name has no address", Fatal.UsageCode);
        }

        IpAddress smallest = addresses[0];
        foreach (IpAddress address in addresses)
        {
            smallest = address < smallest ? address : smallest;
        }

        warning = addresses.Count > 1 ? $"{Host} has {addresses.Count} addresses; listening on {smallest} only" : null;
        return new Endpoint(smallest, Port);
    }

    private static ListenSyntax Parse(string text)
    {
        if (Digits.TryRead(text, out int bare))
        {
            return new ListenSyntax("0.0.0.0", IpAddress.Any(IpFamily.V4), CheckPort(text, bare));
        }

        int bracket = text.IndexOf(']');
        int colon = bracket < 0 ? text.IndexOf(':') : bracket + 1;
        bool hasPort = colon >= 0 && colon < text.Length;
        int port = 0;
        if (hasPort && (text[colon] != ':' || !Digits.TryRead(text.AsSpan(colon + 1), out port)))
        {
            throw Malformed(text);
        }

        string host = hasPort ? text[..colon] : text;
        IpAddress literal;
        if (bracket >= 0)
        {
            host = text[(text.StartsWith('[') ? 1 : 0)..bracket];
            if (!text.StartsWith('[') || !IpAddress.TryParse(host, out literal) || !literal.IsV6)
            {
                throw Malformed(text);
            }
        }
        else if (!HostText.IsName(host) || (!InetAton.TryParse(host, out literal) && InetAton.EndsInNumber(host)))
        {
            throw Malformed(text);
        }

        return new ListenSyntax(host, literal, CheckPort(text, port));
    }

    private static ushort CheckPort(string text, int port) => port <= Digits.MaxPort
        ? (ushort)port
        : throw new Fatal($"-l {text}: a port is at most {Digits.MaxPort}", Fatal.UsageCode);

    private static Fatal Malformed(string text) =>
        new($"-l '{text}': write PORT, ADDRESS[:PORT] or [IPv6-ADDRESS][:PORT]", Fatal.UsageCode);
}
