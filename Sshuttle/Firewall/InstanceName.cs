using System;
using System.Globalization;

namespace Sshuttle.Firewall;

/// <summary>The name of an instance's chain or table: a listening port belongs to one program, so it names the instance.</summary>
public static class InstanceName
{
    private const string Prefix = "sshuttle-";

    /// <summary>The name.</summary>
    public static string Of(ushort port) => $"{Prefix}{port}";

    /// <summary>Reads exactly what <see cref="Of"/> makes.</summary>
    public static bool TryParse(string name, out ushort port)
    {
        port = 0;
        return name.StartsWith(Prefix, StringComparison.Ordinal)
            && ushort.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && name == Of(port);
    }
}
