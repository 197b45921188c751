using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What <see cref="NftMethod"/> feeds to nft: the text of one table, of which every kind of capturing has its chains.</summary>
/// <param name="script">The text.</param>
/// <param name="family">The family of the table.</param>
/// <param name="request">What is captured.</param>
/// <param name="transparent">What is captured as it is; TCP that is not among it is turned to the listener.</param>
internal sealed class NftScript(StringBuilder script, IpFamily family, FirewallRequest request, Protocols transparent)
{
    private readonly Endpoint listener = request.Listener(family)!.Value;
    private readonly string ip = Word(family);

    /// <summary>nft's word for a family.</summary>
    public static string Word(IpFamily family) => family == IpFamily.V4 ? "ip" : "ip6";

    /// <summary>Removes the table whether it exists or not: to delete what is not there is an error, to add what is there is none.</summary>
    public static void AppendRemoval(StringBuilder script, string name, IpFamily family)
    {
        string table = $"table {Word(family)} {name}";
        script.Append($"add {table}\ndelete {table}\n");
    }

    /// <summary>The whole table in place of one of the same name.</summary>
    public void AppendReplacement(string name)
    {
        AppendRemoval(script, name, family);
        script.Append($"table {ip} {name} {{\n");
        if ((transparent & Protocols.Tcp) == 0 || request.Nameservers.Count > 0)
        {
            AppendTurning();
        }

        if (transparent != Protocols.None)
        {
            AppendTransparent();
        }

        if (request.Udp == UdpMode.Reject)
        {
            AppendRejection();
        }

        script.Append("}\n");
    }

    private void AppendTurning()
    {
        script.Append("    chain capture {\n");
        AppendExempt();
        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            string target = Turn(new Endpoint(listener.Address, dns.Port));
            script.Append($"        {ip} daddr {dns.Nameserver} udp dport 53 {target}\n");
            script.Append($"        {ip} daddr {dns.Nameserver} tcp dport 53 tcp flags & (fin | syn | rst | ack) == syn {target}\n");
        }

        if ((transparent & Protocols.Tcp) == 0)
        {
            AppendSubnets();
        }

        script.Append("    }\n    chain output {\n        type nat hook output priority -100; policy accept;\n");
        AppendSparing();
        script.Append($"        {Owner()}jump capture\n    }}\n");
        if (request.CapturesForwarded(family))
        {
            script.Append("    chain prerouting {\n        type nat hook prerouting priority -100; policy accept;\n        jump capture\n    }\n");
        }
    }

    private void AppendSubnets()
    {
        string target = Turn(listener);
        foreach (Subnet subnet in request.Ordered(family))
        {
            script.Append("        ");
            AppendDestination(subnet);
            if (!subnet.AllPorts)
            {
                script.Append($"tcp dport {Ports(subnet)} ");
            }

            if (subnet.Exclude)
            {
                script.Append(subnet.AllPorts ? "meta l4proto tcp return\n" : "return\n");
                continue;
            }

            // Tracking that starts with our first rule takes a packet from the middle of an old connection for a new
            // one; only a SYN really is.
            script.Append("tcp flags & (fin | syn | rst | ack) == syn ");
            if (FirewallRequest.SparesLocal(subnet))
            {
                script.Append("fib daddr type != local ");
            }

            script.Append(target).Append('\n');
        }
    }

    /// <summary>
    /// New connections and flows are chosen once and remembered by a connection mark; what they send later is marked by
    /// that alone, and goes to this machine by <see cref="PolicyRouting"/>, where a socket takes it.
    /// </summary>
    private void AppendTransparent()
    {
        string mark = InstanceName.ConnectionMark(listener.Port);
        script.Append("    chain select {\n");
        if (transparent != (Protocols.Tcp | Protocols.Udp))
        {
            script.Append($"        meta l4proto != {(transparent == Protocols.Tcp ? "tcp" : "udp")} return\n");
        }
        else
        {
            script.Append("        meta l4proto != { tcp, udp } return\n");
        }

        if ((transparent & Protocols.Tcp) != 0)
        {
            script.Append("        tcp flags & (fin | syn | rst | ack) != syn return\n");
            AppendExempt();
        }

        if ((transparent & Protocols.Udp) != 0)
        {
            script.Append("        meta l4proto udp ct state != new return\n");
            AppendUnicastOnly();
        }

        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            AppendForProtocols($"{ip} daddr {dns.Nameserver} ", "53", transparent, "return");
        }

        AppendSelection(transparent, $"ct mark set {mark} return");
        script.Append("    }\n    chain mark-output {\n        type route hook output priority -150; policy accept;\n");
        AppendSparing();

        // What leaves from a foreign address is our own answer to a program here.
        script.Append($"        ct direction reply return\n        ct mark != {mark} fib saddr type local {Owner()}jump select\n");
        script.Append($"        ct mark {mark} meta mark set 0x{request.Mark:x}\n    }}\n");
        script.Append("    chain divert-prerouting {\n        type filter hook prerouting priority -150; policy accept;\n        ct direction reply return\n");
        if (request.CapturesForwarded(family))
        {
            script.Append($"        ct mark != {mark} jump select\n");
        }

        AppendDivert(mark, Protocols.Tcp, "tcp", listener);
        AppendDivert(mark, Protocols.Udp, "udp", request.UdpListener(family) ?? listener);
        script.Append("    }\n");
    }

    private void AppendDivert(string mark, Protocols protocol, string word, Endpoint to)
    {
        if ((transparent & protocol) != 0)
        {
            string target = to.Address.IsAny ? $":{to.Port}" : $"{to}";
            script.Append($"        ct mark {mark} meta mark set 0x{request.Mark:x} meta l4proto {word} tproxy to {target} accept\n");
        }
    }

    private void AppendRejection()
    {
        script.Append("    chain reject {\n        meta l4proto != udp return\n        ct state != new return\n");
        AppendUnicastOnly();
        string icmp = family == IpFamily.V4 ? "icmp" : "icmpv6";
        AppendSelection(Protocols.Udp, $"reject with {icmp} type port-unreachable");
        script.Append("    }\n    chain reject-output {\n        type filter hook output priority 0; policy accept;\n");
        AppendSparing();
        script.Append($"        {Owner()}jump reject\n    }}\n");
        if (request.CapturesForwarded(family))
        {
            script.Append("    chain reject-forward {\n        type filter hook forward priority 0; policy accept;\n        jump reject\n    }\n");
        }
    }

    private void AppendSelection(Protocols protocols, string verdict)
    {
        foreach (Subnet subnet in request.Ordered(family))
        {
            string local = !subnet.Exclude && FirewallRequest.SparesLocal(subnet) ? "fib daddr type != local " : "";
            string destination = subnet.Width > 0 ? $"{ip} daddr {subnet.Address.Masked(subnet.Width)}/{subnet.Width} " : "";
            string end = subnet.Exclude ? "return" : verdict;
            if (subnet.AllPorts)
            {
                script.Append($"        {destination}{local}{end}\n");
            }
            else
            {
                AppendForProtocols(destination, Ports(subnet), protocols, local + end);
            }
        }
    }

    private void AppendForProtocols(string destination, string ports, Protocols protocols, string end)
    {
        if ((protocols & Protocols.Tcp) != 0)
        {
            script.Append($"        {destination}tcp dport {ports} {end}\n");
        }

        if ((protocols & Protocols.Udp) != 0)
        {
            script.Append($"        {destination}udp dport {ports} {end}\n");
        }
    }

    private void AppendExempt()
    {
        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Append($"        {ip} daddr {exempt.Address} tcp dport {exempt.Port} return\n");
            }
        }
    }

    private void AppendUnicastOnly() =>
        script.Append(family == IpFamily.V4 ? "        fib daddr type { broadcast, multicast } return\n" : "        fib daddr type multicast return\n");

    private void AppendSparing()
    {
        if (request.ServerTtl is { } ttl)
        {
            script.Append($"        {(family == IpFamily.V4 ? "ip ttl" : "ip6 hoplimit")} {ttl} return\n");
        }
    }

    private void AppendDestination(Subnet subnet)
    {
        if (subnet.Width > 0)
        {
            script.Append($"{ip} daddr {subnet.Address.Masked(subnet.Width)}/{subnet.Width} ");
        }
    }

    private string Owner()
    {
        string user = request.Uid is { } uid ? $"meta skuid {uid} " : "";
        return request.Gid is { } gid ? $"{user}meta skgid {gid} " : user;
    }

    private static string Ports(Subnet subnet) =>
        subnet.FirstPort == subnet.LastPort ? $"{subnet.FirstPort}" : $"{subnet.FirstPort}-{subnet.LastPort}";

    private static string Turn(Endpoint listener) =>
        FirewallRequest.IsReachedByPort(listener) ? $"redirect to :{listener.Port}" : $"dnat to {listener}";
}
