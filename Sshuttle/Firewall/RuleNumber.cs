using System.Globalization;

namespace Sshuttle.Firewall;

/// <summary>Numbers as text for rules and lines.</summary>
internal static class RuleNumber
{
    /// <summary>Decimal.</summary>
    public static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Hexadecimal with 0x, as the tools print marks.</summary>
    public static string Hex(uint number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);
}
