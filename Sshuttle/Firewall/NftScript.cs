using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What <see cref="NftMethod"/> feeds to nft: the text of one table, of which every kind of capturing has its chains.</summary>
/// <param name="script">The text.</param>
/// <param name="family">The family of the table.</param>
/// <param name="request">What is captured.</param>
/// <param name="transparent">What is captured as it is; TCP that is not among it is turned to the listener.</param>
internal sealed class NftScript(RuleText script, IpFamily family, FirewallRequest request, Protocols transparent)
{
    private readonly Endpoint listener = request.Listener(family)!.Value;
    private readonly string ip = Word(family);

    /// <summary>nft's word for a family.</summary>
    public static string Word(IpFamily family) => family == IpFamily.V4 ? "ip" : "ip6";

    /// <summary>Removes the table whether it exists or not: to delete what is not there is an error, to add what is there is none.</summary>
    public static void AppendRemoval(RuleText script, string name, IpFamily family) =>
        script.Line("add table @ @", Word(family), name).Line("delete table @ @", Word(family), name);

    /// <summary>The whole table in place of one of the same name.</summary>
    public void AppendReplacement(string name)
    {
        AppendRemoval(script, name, family);
        script.Line("table @ @ {", ip, name);
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

        script.Line("}");
    }

    private void AppendTurning()
    {
        script.Line("    chain capture {");
        AppendExempt();
        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            string target = Turn(new Endpoint(listener.Address, dns.Port));
            string nameserver = dns.Nameserver.ToString();
            script.Line("        @ daddr @ udp dport 53 @", ip, nameserver, target);
            script.Line("        @ daddr @ tcp dport 53 tcp flags & (fin | syn | rst | ack) == syn @", ip, nameserver, target);
        }

        if ((transparent & Protocols.Tcp) == 0)
        {
            AppendSubnets();
        }

        script.Line("    }");
        AppendBase("output", "nat hook output priority -100");
        AppendSparing();
        script.Line("        @jump capture", Owner()).Line("    }");
        if (request.CapturesForwarded(family))
        {
            AppendBase("prerouting", "nat hook prerouting priority -100");
            script.Line("        jump capture").Line("    }");
        }
    }

    private void AppendSubnets()
    {
        string target = Turn(listener);
        foreach (Subnet subnet in request.Ordered(family))
        {
            string match = Destination(subnet) + (subnet.AllPorts ? "" : "tcp dport " + Ports(subnet) + " ");
            if (subnet.Exclude)
            {
                script.Line("        @@return", match, subnet.AllPorts ? "meta l4proto tcp " : "");
                continue;
            }

            // Tracking that starts with our first rule takes a packet from the middle of an old connection for a new
            // one; only a SYN really is.
            script.Line("        @tcp flags & (fin | syn | rst | ack) == syn @@", match, Spare(subnet), target);
        }
    }

    /// <summary>
    /// New connections and flows are chosen once and remembered by a connection mark; what they send later is marked by
    /// that alone, and goes to this machine by <see cref="PolicyRouting"/>, where a socket takes it.
    /// </summary>
    private void AppendTransparent()
    {
        string mark = InstanceName.ConnectionMark(listener.Port);
        script.Line("    chain select {");
        script.Line("        meta l4proto != @ return", transparent == Protocols.Tcp ? "tcp" : transparent == Protocols.Udp ? "udp" : "{ tcp, udp }");
        if ((transparent & Protocols.Tcp) != 0)
        {
            script.Line("        tcp flags & (fin | syn | rst | ack) != syn return");
            AppendExempt();
        }

        if ((transparent & Protocols.Udp) != 0)
        {
            script.Line("        meta l4proto udp ct state != new return");
            AppendUnicastOnly();
        }

        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            AppendForProtocols(string.Concat(ip, " daddr ", dns.Nameserver.ToString(), " "), "53", transparent, "return");
        }

        AppendSelection(transparent, string.Concat("ct mark set ", mark, " return"));
        script.Line("    }");
        AppendBase("mark-output", "route hook output priority -150");
        AppendSparing();

        // What leaves from a foreign address is our own answer to a program here.
        script.Line("        ct direction reply return").Line("        ct mark != @ fib saddr type local @jump select", mark, Owner());
        script.Line("        ct mark @ meta mark set @", mark, RuleNumber.Hex(request.Mark)).Line("    }");
        AppendBase("divert-prerouting", "filter hook prerouting priority -150");
        script.Line("        ct direction reply return");
        if (request.CapturesForwarded(family))
        {
            script.Line("        ct mark != @ jump select", mark);
        }

        AppendDivert(mark, Protocols.Tcp, "tcp", listener);
        AppendDivert(mark, Protocols.Udp, "udp", request.UdpListener(family) ?? listener);
        script.Line("    }");
    }

    private void AppendDivert(string mark, Protocols protocol, string word, Endpoint to)
    {
        if ((transparent & protocol) != 0)
        {
            string target = to.Address.IsAny ? ":" + RuleNumber.Text(to.Port) : to.ToString();
            script.Line("        ct mark @ meta mark set @ meta l4proto @ tproxy to @ accept", mark, RuleNumber.Hex(request.Mark), word, target);
        }
    }

    private void AppendRejection()
    {
        script.Line("    chain reject {").Line("        meta l4proto != udp return").Line("        ct state != new return");
        AppendUnicastOnly();
        AppendSelection(Protocols.Udp, family == IpFamily.V4 ? "reject with icmp type port-unreachable" : "reject with icmpv6 type port-unreachable");
        script.Line("    }");
        AppendBase("reject-output", "filter hook output priority 0");
        AppendSparing();
        script.Line("        @jump reject", Owner()).Line("    }");
        if (request.CapturesForwarded(family))
        {
            AppendBase("reject-forward", "filter hook forward priority 0");
            script.Line("        jump reject").Line("    }");
        }
    }

    private void AppendSelection(Protocols protocols, string verdict)
    {
        foreach (Subnet subnet in request.Ordered(family))
        {
            string end = subnet.Exclude ? "return" : Spare(subnet) + verdict;
            if (subnet.AllPorts)
            {
                script.Line("        @@", Destination(subnet), end);
            }
            else
            {
                AppendForProtocols(Destination(subnet), Ports(subnet), protocols, end);
            }
        }
    }

    private void AppendForProtocols(string destination, string ports, Protocols protocols, string end)
    {
        if ((protocols & Protocols.Tcp) != 0)
        {
            script.Line("        @tcp dport @ @", destination, ports, end);
        }

        if ((protocols & Protocols.Udp) != 0)
        {
            script.Line("        @udp dport @ @", destination, ports, end);
        }
    }

    private void AppendBase(string chain, string type) =>
        script.Line("    chain @ {", chain).Line("        type @; policy accept;", type);

    private void AppendExempt()
    {
        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Line("        @ daddr @ tcp dport @ return", ip, exempt.Address.ToString(), RuleNumber.Text(exempt.Port));
            }
        }
    }

    private void AppendUnicastOnly() =>
        script.Line("        fib daddr type @ return", family == IpFamily.V4 ? "{ broadcast, multicast }" : "multicast");

    private void AppendSparing()
    {
        if (request.ServerTtl is { } ttl)
        {
            script.Line("        @ @ return", family == IpFamily.V4 ? "ip ttl" : "ip6 hoplimit", RuleNumber.Text(ttl));
        }
    }

    private string Destination(Subnet subnet) => subnet.Width == 0
        ? ""
        : string.Concat(ip, " daddr ", subnet.Range(), " ");

    private string Owner()
    {
        string user = request.Uid is { } uid ? string.Concat("meta skuid ", RuleNumber.Text(uid), " ") : "";
        return request.Gid is { } gid ? string.Concat(user, "meta skgid ", RuleNumber.Text(gid), " ") : user;
    }

    private static string Spare(Subnet include) => FirewallRequest.SparesLocal(include) ? "fib daddr type != local " : "";

    private static string Ports(Subnet subnet) => subnet.FirstPort == subnet.LastPort
        ? RuleNumber.Text(subnet.FirstPort)
        : string.Concat(RuleNumber.Text(subnet.FirstPort), "-", RuleNumber.Text(subnet.LastPort));

    private static string Turn(Endpoint listener) => FirewallRequest.IsReachedByPort(listener)
        ? "redirect to :" + RuleNumber.Text(listener.Port)
        : "dnat to " + listener.ToString();
}
