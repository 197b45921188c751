using System;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// What <c>-r</c> names: <c>[USER[:PASSWORD]@]HOST[:PORT]</c>. The host may be an alias of ssh's configuration, so it
/// is handed to ssh as it was typed.
/// </summary>
/// <param name="User">The login name, which may hold <c>@</c>; null for ssh's own choice.</param>
/// <param name="Password">The password; null for ssh's own ways.</param>
/// <param name="Host">A name, alias or address without brackets; never empty, never beginning with <c>-</c>.</param>
/// <param name="Port">The port, 1 to 65535; null for ssh's own choice.</param>
public sealed record RemoteTarget(string? User, string? Password, string Host, int? Port)
{
    private const string UrlStart = "ssh://";

    /// <summary>The target as it is typed, without the password, for messages.</summary>
    public override string ToString()
    {
        string login = User is null ? "" : $"{User}@";
        return Port is null ? login + Host : $"{login}{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
    }

    /// <summary>Reads a target.</summary>
    /// <exception cref="Fatal">The text is none, or ssh could take it for something else (usage error).</exception>
    public static RemoteTarget Parse(string text)
    {
        if (text.StartsWith(UrlStart, StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong(text, $"it takes no URL; write {HidePassword(text[UrlStart.Length..].TrimEnd('/'))}");
        }

        int at = text.LastIndexOf('@');
        (string? user, string? password) = at < 0 ? (null, null) : SplitLogin(text[..at]);
        (string host, int? port) = SplitHost(text, text[(at + 1)..]);
        if (host.Length == 0)
        {
            throw Wrong(text, "the host is missing");
        }

        if (host[0] == '-' || user?[0] == '-')
        {
            throw Wrong(text, "neither host nor user may begin with '-', which ssh takes for an option");
        }

        if (HasControl(user, blanksToo: false) || HasControl(host, blanksToo: true))
        {
            throw Wrong(text, "it holds a blank or a control character");
        }

        return new RemoteTarget(user, password, host, port);
    }

    private static (string? User, string? Password) SplitLogin(string login)
    {
        int colon = login.IndexOf(':');
        string user = colon < 0 ? login : login[..colon];
        string password = colon < 0 ? "" : login[(colon + 1)..];
        return (user.Length == 0 ? null : user, password.Length == 0 ? null : password);
    }

    private static (string Host, int? Port) SplitHost(string text, string host)
    {
        if (!host.Contains(':') || IsIpv6(host))
        {
            return (host, null);
        }

        int end = host.IndexOf(':');
        string name = host[..end];
        if (host[0] == '[')
        {
            end = host.IndexOf(']') + 1;
            name = end == 0 ? "" : host[1..(end - 1)];
            if (!IsIpv6(name))
            {
                throw Wrong(text, "brackets hold an IPv6 address, as in [2001:db8::1]:22");
            }
        }

        name = LowerCase(name);
        if (end == host.Length || host[end..] == ":")
        {
            return (name, null);
        }

        if (host[end] != ':' || !Digits.TryRead(host.AsSpan(end + 1), out int port) || port is 0 or > Digits.MaxPort)
        {
            throw Wrong(text, $"'{host[end..].TrimStart(':')}' is no port; one is between 1 and {Digits.MaxPort}");
        }

        return (name, port);
    }

    private static bool IsIpv6(string host)
    {
        int scope = host.IndexOf('%');
        return scope != host.Length - 1
            && IpAddress.TryParse(scope < 0 ? host : host.AsSpan(0, scope), out IpAddress address)
            && address.IsV6;
    }

    // A scope is the name of an interface, and those have case.
    private static string LowerCase(string host)
    {
        int scope = host.IndexOf('%');
        return scope < 0 ? host.ToLowerInvariant() : host[..scope].ToLowerInvariant() + host[scope..];
    }

    private static bool HasControl(string? text, bool blanksToo)
    {
        foreach (char c in text ?? "")
        {
            if (char.IsControl(c) || (blanksToo && char.IsWhiteSpace(c)))
            {
                return true;
            }
        }

        return false;
    }

    private static Fatal Wrong(string text, string reason) => new($"-r '{HidePassword(text)}': {reason}", Fatal.UsageCode);

    private static string HidePassword(string text)
    {
        bool url = text.StartsWith(UrlStart, StringComparison.OrdinalIgnoreCase);
        int colon = text.IndexOf(':', url ? UrlStart.Length : 0);
        int at = text.LastIndexOf('@');
        return colon >= 0 && colon < at ? $"{text[..colon]}:***{text[at..]}" : text;
    }
}
