using System;

namespace Sshuttle.Base;

/// <summary>An address and, for one that means something on one interface only, that interface: <c>fe80::1%eth0</c>.</summary>
/// <param name="Address">The address.</param>
/// <param name="Scope">The interface's name or number; null for none.</param>
public sealed record ScopedAddress(IpAddress Address, string? Scope)
{
    // IFNAMSIZ without the final zero.
    private const int MaxScope = 15;

    /// <summary>Parses an address, and behind a % the scope of an IPv6 address.</summary>
    public static bool TryParse(string text, out ScopedAddress address)
    {
        int percent = text.IndexOf('%');
        string? scope = percent < 0 ? null : text[(percent + 1)..];
        bool valid = IpAddress.TryParse(percent < 0 ? text : text.AsSpan(0, percent), out IpAddress ip)
            && (scope is null || (ip.IsV6 && IsInterface(scope)));
        address = new ScopedAddress(ip, scope);
        return valid;
    }

    /// <summary>The address, with <c>%</c> and the scope behind it if there is one.</summary>
    public override string ToString() => Scope is null ? Address.ToString() : $"{Address}%{Scope}";

    private static bool IsInterface(string text) =>
        text.Length is > 0 and <= MaxScope && text.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0 && text.AsSpan().IndexOfAny('/', '%') < 0;
}
