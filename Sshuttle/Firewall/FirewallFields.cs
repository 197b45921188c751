using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>Reads the fields of <see cref="FirewallWire"/>'s lines, each in one way of writing it only.</summary>
internal static class FirewallFields
{
    /// <summary>Splits <c>WORD a,b,c</c>; false where there is no blank.</summary>
    public static bool TrySplit(string line, out string word, out string[] fields)
    {
        int blank = line.IndexOf(' ');
        word = blank < 0 ? line : line[..blank];
        fields = blank < 0 ? [] : line[(blank + 1)..].Split(',');
        return blank >= 0;
    }

    /// <summary>Reads an address whose family is named beside it.</summary>
    public static bool TryAddress(string family, string text, out IpAddress address) =>
        IpAddress.TryParse(text, out address) && family == (address.IsV4 ? "4" : "6");

    /// <summary>Reads an address and a port that is not 0.</summary>
    public static bool TryEndpoint(string address, string port, out Endpoint endpoint)
    {
        bool isBoth = IpAddress.TryParse(address, out IpAddress ip) & TryNumber(port, 1, ushort.MaxValue, out uint number);
        endpoint = isBoth ? new Endpoint(ip, (ushort)number) : default;
        return isBoth;
    }

    /// <summary>Reads a nameserver and our port for it.</summary>
    public static bool TryDns(string[] fields, [NotNullWhen(true)] out DnsRedirect? dns)
    {
        Endpoint endpoint = default;
        bool isBoth = fields.Length == 2 && TryEndpoint(fields[0], fields[1], out endpoint);
        dns = isBoth ? new DnsRedirect(endpoint.Address, endpoint.Port) : null;
        return isBoth;
    }

    /// <summary>Decimal digits only, no sign, no leading zero.</summary>
    public static bool TryNumber(string text, uint least, uint most, out uint number)
    {
        number = 0;
        return text.Length > 0
            && (text.Length == 1 || text[0] != '0')
            && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= least
            && number <= most;
    }
}
