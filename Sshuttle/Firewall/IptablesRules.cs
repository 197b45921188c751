using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>The rules inside our own chains, as iptables takes them, for each kind of capturing.</summary>
/// <param name="script">Where they are written.</param>
/// <param name="request">What is captured.</param>
/// <param name="family">The family of the rules.</param>
/// <param name="transparent">What is captured as it is; TCP that is not among it is turned to the listener.</param>
internal sealed class IptablesRules(StringBuilder script, FirewallRequest request, IpFamily family, Protocols transparent)
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
            script.Append($"-A {chain} -p udp -d {dns.Nameserver} --dport 53{target}\n");
            script.Append($"-A {chain} -p tcp --syn -d {dns.Nameserver} --dport 53{target}\n");
        }

        if ((transparent & Protocols.Tcp) == 0)
        {
            // Tracking that starts with our first rule takes a packet from the middle of an old connection for a new
            // one; only a SYN really is.
            AppendSubnets("-p tcp", "-p tcp --syn", Turn(listener));
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
            script.Append($"-A {chain} -p tcp ! --syn -j RETURN\n");
            AppendExempt();
        }

        if ((transparent & Protocols.Udp) != 0)
        {
            script.Append($"-A {chain} -p udp -m conntrack ! --ctstate NEW -j RETURN\n");
            AppendUnicastOnly();
        }

        foreach (DnsRedirect dns in request.NameserversOf(family))
        {
            AppendForProtocols($" -d {dns.Nameserver} --dport 53 -j RETURN");
        }

        foreach (Subnet subnet in request.Ordered(family))
        {
            // Marking does not end the chain, but no rule behind it takes the mark away.
            string end = Match(subnet) + (subnet.Exclude ? " -j RETURN" : Spare(subnet) + $" -j CONNMARK --set-mark {mark}");
            if (subnet.AllPorts)
            {
                script.Append($"-A {chain}{end}\n");
            }
            else
            {
                AppendForProtocols(end);
            }
        }

        AppendMarking(InstanceName.Marking(listener.Port), mark);
        AppendDiverting(InstanceName.Diverting(listener.Port), mark);
    }

    /// <summary>Rejects datagrams.</summary>
    public void AppendRejection()
    {
        script.Append($"-A {chain} ! -p udp -j RETURN\n-A {chain} -m conntrack ! --ctstate NEW -j RETURN\n");
        AppendOwner();
        AppendUnicastOnly();
        AppendSubnets("-p udp", "-p udp", $" -j REJECT --reject-with {(family == IpFamily.V4 ? "icmp-port-unreachable" : "icmp6-port-unreachable")}");
    }

    private void AppendMarking(string marking, string mark)
    {
        // What leaves from a foreign address is our own answer to a program here.
        script.Append($"-A {marking} -m conntrack --ctdir REPLY -j RETURN\n");
        AppendForProtocols(marking, $" -m connmark ! --mark {mark} -m addrtype --src-type LOCAL{Owner()} -j {chain}");
        script.Append($"-A {marking} -m connmark --mark {mark} -j MARK --set-mark 0x{request.Mark:x}\n");
    }

    private void AppendDiverting(string diverting, string mark)
    {
        script.Append($"-A {diverting} -m conntrack --ctdir REPLY -j RETURN\n");
        if (request.CapturesForwarded(family))
        {
            AppendForProtocols(diverting, $" -m connmark ! --mark {mark} -j {chain}");
        }

        AppendDivert(diverting, mark, Protocols.Tcp, "tcp", listener);
        AppendDivert(diverting, mark, Protocols.Udp, "udp", request.UdpListener(family) ?? listener);
    }

    private void AppendDivert(string diverting, string mark, Protocols protocol, string word, Endpoint to)
    {
        if ((transparent & protocol) != 0)
        {
            string address = to.Address.IsAny ? "" : $" --on-ip {to.Address}";
            script.Append($"-A {diverting} -p {word} -m connmark --mark {mark} -j TPROXY --on-port {to.Port}{address} --tproxy-mark 0x{request.Mark:x}\n");
        }
    }

    private void AppendSubnets(string excluded, string included, string target)
    {
        foreach (Subnet subnet in request.Ordered(family))
        {
            script.Append($"-A {chain} {(subnet.Exclude ? excluded : included)}{Match(subnet)}{(subnet.Exclude ? " -j RETURN" : Spare(subnet) + target)}\n");
        }
    }

    private void AppendExempt()
    {
        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Append($"-A {chain} -p tcp -d {exempt.Address} --dport {exempt.Port} -j RETURN\n");
            }
        }
    }

    private void AppendOwner()
    {
        if (request.Uid is { } uid)
        {
            script.Append($"-A {chain} -m owner ! --uid-owner {uid} -j RETURN\n");
        }

        if (request.Gid is { } gid)
        {
            script.Append($"-A {chain} -m owner ! --gid-owner {gid} -j RETURN\n");
        }
    }

    private void AppendUnicastOnly()
    {
        if (family == IpFamily.V4)
        {
            script.Append($"-A {chain} -m addrtype --dst-type BROADCAST -j RETURN\n");
        }

        script.Append($"-A {chain} -m addrtype --dst-type MULTICAST -j RETURN\n");
    }

    private void AppendForProtocols(string end) => AppendForProtocols(chain, end);

    private void AppendForProtocols(string to, string end)
    {
        if ((transparent & Protocols.Tcp) != 0)
        {
            script.Append($"-A {to} -p tcp{end}\n");
        }

        if ((transparent & Protocols.Udp) != 0)
        {
            script.Append($"-A {to} -p udp{end}\n");
        }
    }

    private static string Match(Subnet subnet)
    {
        string destination = subnet.Width > 0 ? $" -d {subnet.Address.Masked(subnet.Width)}/{subnet.Width}" : "";
        return subnet.AllPorts
            ? destination
            : destination + (subnet.FirstPort == subnet.LastPort ? $" --dport {subnet.FirstPort}" : $" --dport {subnet.FirstPort}:{subnet.LastPort}");
    }

    private static string Spare(Subnet include) => FirewallRequest.SparesLocal(include) ? " -m addrtype ! --dst-type LOCAL" : "";

    private string Owner()
    {
        string user = request.Uid is { } uid ? $" --uid-owner {uid}" : "";
        string group = request.Gid is { } gid ? $" --gid-owner {gid}" : "";
        return request.HasOwner ? $" -m owner{user}{group}" : "";
    }

    private static string Turn(Endpoint listener) => FirewallRequest.IsReachedByPort(listener)
        ? $" -j REDIRECT --to-ports {listener.Port}"
        : $" -j DNAT --to-destination {listener}";
}
