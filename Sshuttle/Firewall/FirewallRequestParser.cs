using System.Collections.Generic;
using System.Globalization;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// Reads the client's part of <see cref="FirewallWire"/> line by line. The client is not trusted: every field is
/// checked here again, and what comes out holds nothing but numbers and addresses.
/// </summary>
public sealed class FirewallRequestParser
{
    /// <summary>The most subnets of a request. Arbitrary; a full country list has about 10,000.</summary>
    public const int MaxSubnets = 100_000;

    /// <summary>The most exempt endpoints of a request. Arbitrary; a host has a handful of addresses.</summary>
    public const int MaxExempt = 1_000;

    private readonly List<Subnet> subnets = [];
    private readonly List<Endpoint> exempt = [];
    private Endpoint? listener4;
    private Endpoint? listener6;
    private byte? ttl;

    /// <summary>The request, once GO was read.</summary>
    public FirewallRequest? Request { get; private set; }

    /// <summary>Takes one line without its newline; false: it is not of the grammar, and nothing more may be fed.</summary>
    public bool TryFeed(string line)
    {
        if (Request is not null)
        {
            return false;
        }

        if (line == "GO")
        {
            Request = new FirewallRequest
            {
                Listener4 = listener4,
                Listener6 = listener6,
                Subnets = subnets,
                Exempt = exempt,
                ServerTtl = ttl,
            };
            return true;
        }

        int blank = line.IndexOf(' ');
        if (blank < 0)
        {
            return false;
        }

        string[] fields = line[(blank + 1)..].Split(',');
        return line[..blank] switch
        {
            "LISTEN" => TryListen(fields),
            "SUBNET" => TrySubnet(fields),
            "EXEMPT" => TryExempt(fields),
            "TTL" => TryTtl(fields),
            _ => false,
        };
    }

    private bool TryListen(string[] fields)
    {
        if (fields.Length != 3 || !TryAddress(fields[0], fields[1], out IpAddress address) || !TryNumber(fields[2], 1, 65535, out int port))
        {
            return false;
        }

        ref Endpoint? listener = ref address.IsV4 ? ref listener4 : ref listener6;
        if (listener is not null)
        {
            return false;
        }

        listener = new Endpoint(address, (ushort)port);
        return true;
    }

    private bool TrySubnet(string[] fields)
    {
        if (fields.Length != 6
            || subnets.Count == MaxSubnets
            || !TryAddress(fields[0], fields[3], out IpAddress address)
            || !TryNumber(fields[1], 0, address.Bits, out int width)
            || !TryNumber(fields[2], 0, 1, out int exclude)
            || !TryNumber(fields[4], 0, 65535, out int first)
            || !TryNumber(fields[5], first, 65535, out int last))
        {
            return false;
        }

        subnets.Add(new Subnet(address, width, (ushort)first, (ushort)last, exclude == 1));
        return true;
    }

    private bool TryExempt(string[] fields)
    {
        if (fields.Length != 2
            || exempt.Count == MaxExempt
            || !IpAddress.TryParse(fields[0], out IpAddress address)
            || !TryNumber(fields[1], 1, 65535, out int port))
        {
            return false;
        }

        exempt.Add(new Endpoint(address, (ushort)port));
        return true;
    }

    private bool TryTtl(string[] fields)
    {
        if (fields.Length != 1 || ttl is not null || !TryNumber(fields[0], 1, 255, out int number))
        {
            return false;
        }

        ttl = (byte)number;
        return true;
    }

    private static bool TryAddress(string family, string text, out IpAddress address) =>
        IpAddress.TryParse(text, out address) && family == (address.IsV4 ? "4" : "6");

    /// <summary>Decimal digits only, no sign, no leading zero.</summary>
    private static bool TryNumber(string text, int least, int most, out int number)
    {
        number = 0;
        return text.Length is > 0 and <= 5
            && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number >= least
            && number <= most;
    }
}
