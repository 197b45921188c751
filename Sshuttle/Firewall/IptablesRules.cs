using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>The rules inside our own chains, as iptables takes them, for each kind of capturing.</summary>
/// <param name="script">Where they are written.</param>
/// <param name="request">What is captured.</param>
/// <param name="family">The family of the rules.</param>
/// <param name="transparent">What is captured as it is; TCP that is not among it is turned to the listener.</param>
internal sealed class IptablesRules(RuleText script, FirewallRequest request, IpFamily family, Protocols transparent)
{
    private readonly Endpoint listener = request.Listener(family)!.Value;
    private readonly string chain = request.InstanceName(family);

    /// <summary>Turns nameservers, and TCP that is not transparent, to our listeners.</summary>
    public void AppendTurning()
    {
        AppendOwner();
        AppendExempt();
        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            string target = Turn(new Endpoint(listener.Address, dns.Port));
            string nameserver = dns.Nameserver.ToString();
            script.Line("-A @ -p udp -d @ --dport 53@", chain, nameserver, target);
            script.Line("-A @ -p tcp --syn -d @ --dport 53@", chain, nameserver, target);
        }

        if ((transparent & Protocols.Tcp) == 0)
        {
            // Tracking that starts with our first rule takes a packet from the middle of an old connection for a new
            // one; only a SYN really is.
            AppendSubnets("tcp", "tcp --syn", Turn(listener));
        }
    }

    /// <summary>
    /// New connections and flows are chosen once and remembered by a connection mark; what they send later is marked by
    /// that alone, and goes to this machine by <see cref="PolicyRouting"/>, where a socket takes it.
    /// </summary>
    public void AppendTransparent()
    {
        string mark = InstanceName.ConnectionMark(listener.Port);
        if ((transparent & Protocols.Tcp) != 0)
        {
            script.Line("-A @ -p tcp ! --syn -j RETURN", chain);
            AppendExempt();
        }

        if ((transparent & Protocols.Udp) != 0)
        {
            script.Line("-A @ -p udp -m conntrack ! --ctstate NEW -j RETURN", chain);
            AppendUnicastOnly();
        }

        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            AppendForProtocols(chain, string.Concat(" -d ", dns.Nameserver.ToString(), " --dport 53 -j RETURN"));
        }

        foreach (Subnet subnet in request.Ordered(family))
        {
            // Marking does not end the chain, but no rule behind it takes the mark away.
            string end = Match(subnet) + (subnet.Exclude ? " -j RETURN" : string.Concat(Spare(subnet), " -j CONNMARK --set-mark ", mark));
            if (subnet.AllPorts)
            {
                script.Line("-A @@", chain, end);
            }
            else
            {
                AppendForProtocols(chain, end);
            }
        }

        AppendMarking(InstanceName.Marking(listener.Port), mark);
        AppendDiverting(InstanceName.Diverting(listener.Port), mark);
    }

    /// <summary>Rejects datagrams.</summary>
    public void AppendRejection()
    {
        script.Line("-A @ ! -p udp -j RETURN", chain).Line("-A @ -m conntrack ! --ctstate NEW -j RETURN", chain);
        AppendOwner();
        AppendUnicastOnly();
        AppendSubnets("udp", "udp", family == IpFamily.V4 ? " -j REJECT --reject-with icmp-port-unreachable" : " -j REJECT --reject-with icmp6-port-unreachable");
    }

    private void AppendMarking(string marking, string mark)
    {
        string user = request.Uid is { } uid ? " --uid-owner " + RuleNumber.Text(uid) : "";
        string group = request.Gid is { } gid ? " --gid-owner " + RuleNumber.Text(gid) : "";
        string owner = request.HasOwner ? string.Concat(" -m owner", user, group) : "";

        // What leaves from a foreign address is our own answer to a program here.
        script.Line("-A @ -m conntrack --ctdir REPLY -j RETURN", marking);
        AppendForProtocols(marking, string.Concat(" -m connmark ! --mark ", mark, " -m addrtype --src-type LOCAL", owner) + " -j " + chain);
        script.Line("-A @ -m connmark --mark @ -j MARK --set-mark @", marking, mark, RuleNumber.Hex(request.Mark));
    }

    private void AppendDiverting(string diverting, string mark)
    {
        script.Line("-A @ -m conntrack --ctdir REPLY -j RETURN", diverting);
        if (request.CapturesForwarded(family))
        {
            AppendForProtocols(diverting, string.Concat(" -m connmark ! --mark ", mark, " -j ", chain));
        }

        AppendDivert(string.Concat(diverting, " -p tcp -m connmark --mark ", mark), Protocols.Tcp, listener);
        AppendDivert(string.Concat(diverting, " -p udp -m connmark --mark ", mark), Protocols.Udp, request.UdpListener(family) ?? listener);
    }

    private void AppendDivert(string match, Protocols protocol, Endpoint to)
    {
        if ((transparent & protocol) != 0)
        {
            string address = to.Address.IsAny ? "" : " --on-ip " + to.Address.ToString();
            script.Line("-A @ -j TPROXY --on-port @@ --tproxy-mark @", match, RuleNumber.Text(to.Port), address, RuleNumber.Hex(request.Mark));
        }
    }

    private void AppendSubnets(string excluded, string included, string target)
    {
        foreach (Subnet subnet in request.Ordered(family))
        {
            script.Line("-A @ -p @@@", chain, subnet.Exclude ? excluded : included, Match(subnet), subnet.Exclude ? " -j RETURN" : Spare(subnet) + target);
        }
    }

    private void AppendExempt()
    {
        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Line("-A @ -p tcp -d @ --dport @ -j RETURN", chain, exempt.Address.ToString(), RuleNumber.Text(exempt.Port));
            }
        }
    }

    private void AppendOwner()
    {
        if (request.Uid is { } uid)
        {
            script.Line("-A @ -m owner ! --uid-owner @ -j RETURN", chain, RuleNumber.Text(uid));
        }

        if (request.Gid is { } gid)
        {
            script.Line("-A @ -m owner ! --gid-owner @ -j RETURN", chain, RuleNumber.Text(gid));
        }
    }

    private void AppendUnicastOnly()
    {
        if (family == IpFamily.V4)
        {
            script.Line("-A @ -m addrtype --dst-type BROADCAST -j RETURN", chain);
        }

        script.Line("-A @ -m addrtype --dst-type MULTICAST -j RETURN", chain);
    }

    private void AppendForProtocols(string to, string end)
    {
        if ((transparent & Protocols.Tcp) != 0)
        {
            script.Line("-A @ -p tcp@", to, end);
        }

        if ((transparent & Protocols.Udp) != 0)
        {
            script.Line("-A @ -p udp@", to, end);
        }
    }

    private static string Match(Subnet subnet)
    {
        string destination = subnet.Width > 0 ? " -d " + subnet.Range() : "";
        string last = subnet.FirstPort == subnet.LastPort ? "" : ":" + RuleNumber.Text(subnet.LastPort);
        return subnet.AllPorts ? destination : string.Concat(destination, " --dport ", RuleNumber.Text(subnet.FirstPort), last);
    }

    private static string Spare(Subnet include) => FirewallRequest.SparesLocal(include) ? " -m addrtype ! --dst-type LOCAL" : "";

    private static string Turn(Endpoint listener) => FirewallRequest.IsReachedByPort(listener)
        ? " -j REDIRECT --to-ports " + RuleNumber.Text(listener.Port)
        : " -j DNAT --to-destination " + listener.ToString();
}
