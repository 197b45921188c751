using System.Collections.Generic;
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

    /// <summary>The most nameservers of a request. Arbitrary; libc itself asks three.</summary>
    public const int MaxNameservers = 64;

    // (uid_t)-1 and (gid_t)-1 mean "nobody was named" to the kernel.
    private const uint MaxId = uint.MaxValue - 1;

    private readonly List<Subnet> subnets = [];
    private readonly List<Endpoint> exempt = [];
    private readonly List<DnsRedirect> nameservers = [];
    private Endpoint? listener4;
    private Endpoint? listener6;
    private Endpoint? udpListener4;
    private Endpoint? udpListener6;
    private UdpMode udp;
    private byte? ttl;
    private bool hasOwner;
    private uint? uid;
    private uint? gid;
    private uint? mark;

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
                Nameservers = nameservers,
                Udp = udp,
                UdpListener4 = udpListener4,
                UdpListener6 = udpListener6,
                ServerTtl = ttl,
                Uid = uid,
                Gid = gid,
                Mark = mark ?? FirewallRequest.DefaultMark,
            };
            return true;
        }

        return FirewallFields.TrySplit(line, out string word, out string[] fields) && word switch
        {
            "LISTEN" => TryListen(fields, ref listener4, ref listener6),
            "UDPLISTEN" => TryListen(fields, ref udpListener4, ref udpListener6),
            "SUBNET" => TrySubnet(fields),
            "EXEMPT" => TryExempt(fields),
            "NS" => TryNameserver(fields),
            "UDP" => TryUdp(fields),
            "TTL" => TryTtl(fields),
            "OWNER" => TryOwner(fields),
            "MARK" => TryMark(fields),
            _ => false,
        };
    }

    private static bool TryListen(string[] fields, ref Endpoint? v4, ref Endpoint? v6)
    {
        if (fields.Length != 3
            || !FirewallFields.TryAddress(fields[0], fields[1], out IpAddress address)
            || !FirewallFields.TryNumber(fields[2], 1, ushort.MaxValue, out uint port))
        {
            return false;
        }

        ref Endpoint? listener = ref address.IsV4 ? ref v4 : ref v6;
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
            || !FirewallFields.TryAddress(fields[0], fields[3], out IpAddress address)
            || !FirewallFields.TryNumber(fields[1], 0, (uint)address.Bits, out uint width)
            || !FirewallFields.TryNumber(fields[2], 0, 1, out uint exclude)
            || !FirewallFields.TryNumber(fields[4], 0, ushort.MaxValue, out uint first)
            || !FirewallFields.TryNumber(fields[5], first, ushort.MaxValue, out uint last))
        {
            return false;
        }

        subnets.Add(new Subnet(address, (int)width, (ushort)first, (ushort)last, exclude == 1));
        return true;
    }

    private bool TryExempt(string[] fields)
    {
        if (fields.Length != 2 || exempt.Count == MaxExempt || !FirewallFields.TryEndpoint(fields[0], fields[1], out Endpoint endpoint))
        {
            return false;
        }

        exempt.Add(endpoint);
        return true;
    }

    private bool TryNameserver(string[] fields)
    {
        if (nameservers.Count == MaxNameservers || !FirewallFields.TryDns(fields, out DnsRedirect? dns))
        {
            return false;
        }

        nameservers.Add(dns);
        return true;
    }

    private bool TryUdp(string[] fields)
    {
        if (udp != UdpMode.Off)
        {
            return false;
        }

        udp = fields switch
        {
            ["on"] => UdpMode.On,
            ["reject"] => UdpMode.Reject,
            _ => UdpMode.Off,
        };
        return udp != UdpMode.Off;
    }

    private bool TryTtl(string[] fields)
    {
        if (fields.Length != 1 || ttl is not null || !FirewallFields.TryNumber(fields[0], 1, byte.MaxValue, out uint number))
        {
            return false;
        }

        ttl = (byte)number;
        return true;
    }

    private bool TryOwner(string[] fields)
    {
        if (hasOwner || fields.Length != 2 || !TryId(fields[0], out uid) || !TryId(fields[1], out gid))
        {
            return false;
        }

        hasOwner = uid is not null || gid is not null;
        return hasOwner;
    }

    private static bool TryId(string text, out uint? id)
    {
        bool isNumber = FirewallFields.TryNumber(text, 0, MaxId, out uint number);
        id = isNumber ? number : null;
        return isNumber || text == "-";
    }

    private bool TryMark(string[] fields)
    {
        if (fields.Length != 1 || mark is not null || !FirewallFields.TryNumber(fields[0], 1, uint.MaxValue, out uint number))
        {
            return false;
        }

        mark = number;
        return true;
    }
}
