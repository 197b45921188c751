using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What <see cref="NatMethod"/> feeds to <c>iptables-restore --noflush</c>: each text is one commit.</summary>
internal static class NatScript
{
    /// <summary>
    /// Prefix of the comment by which an instance tells later ones what it made in the nat table. Whoever goes last
    /// removes it, in whatever order they go.
    /// </summary>
    public const string CreatedMark = "sshuttle-created:";

    /// <summary>Takes out what an instance left whose helper and guard were killed.</summary>
    public static string RemoveDead(ushort dead, FamilyFacts facts)
    {
        StringBuilder script = new("*nat\n");
        AppendJumpRemoval(script, dead, facts);
        return script.Append($"-F {InstanceName.Of(dead)}\n-X {InstanceName.Of(dead)}\nCOMMIT\n").ToString();
    }

    private static void AppendJumpRemoval(StringBuilder script, ushort port, FamilyFacts facts)
    {
        foreach (NatJump jump in facts.Jumps)
        {
            if (jump.Port == port)
            {
                script.Append($"-D {jump}\n");
            }
        }
    }

    /// <summary>Puts in the chain and the jumps to it, replacing a chain of the same name.</summary>
    public static string Setup(FirewallRequest request, IpFamily family, FamilyFacts facts)
    {
        Endpoint listener = request.Listener(family)!.Value;
        string chain = request.InstanceName(family);
        StringBuilder script = new("*nat\n");

        // With --noflush this empties a chain that a dead owner left; its jumps have to go by name.
        script.Append($":{chain} - [0:0]\n");
        AppendJumpRemoval(script, listener.Port, facts);
        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Append($"-A {chain} -p tcp -d {exempt.Address} --dport {exempt.Port} -j RETURN\n");
            }
        }

        foreach (Subnet subnet in request.Ordered(family))
        {
            script.Append($"-A {chain} {Rule(subnet, listener)}\n");
        }

        if (facts.Absent != NatParts.None)
        {
            script.Append($"-A {chain} -m comment --comment {CreatedMark}{(int)facts.Absent} -j RETURN\n");
        }

        foreach (NatJump jump in Jumps(request, family))
        {
            string text = jump.ToString();
            script.Append($"-I {jump.Hook} 1{text[jump.Hook.Length..]}\n");
        }

        return script.Append("COMMIT\n").ToString();
    }

    private static string Rule(Subnet subnet, Endpoint listener)
    {
        StringBuilder rule = new("-p tcp");
        if (!subnet.Exclude)
        {
            // Tracking that starts with our first rule takes a packet from the middle of an old connection for a new
            // one; only a SYN really is.
            rule.Append(" --syn");
        }

        if (subnet.Width > 0)
        {
            rule.Append($" -d {subnet.Address.Masked(subnet.Width)}/{subnet.Width}");
        }

        if (!subnet.AllPorts)
        {
            rule.Append(subnet.FirstPort == subnet.LastPort ? $" --dport {subnet.FirstPort}" : $" --dport {subnet.FirstPort}:{subnet.LastPort}");
        }

        if (subnet.Exclude)
        {
            return rule.Append(" -j RETURN").ToString();
        }

        if (FirewallRequest.SparesLocal(subnet))
        {
            rule.Append(" -m addrtype ! --dst-type LOCAL");
        }

        // REDIRECT leads to the loopback address for local traffic and to the incoming interface's address for
        // forwarded traffic; a listener on any other single address must be named.
        bool redirect = listener.Address.IsAny || listener.Address == IpAddress.Loopback(listener.Address.Family);
        return rule.Append(redirect ? $" -j REDIRECT --to-ports {listener.Port}" : $" -j DNAT --to-destination {listener}").ToString();
    }

    /// <summary>Takes out what <see cref="Setup"/> put in, all of it or, where a part is missing, nothing.</summary>
    public static string Teardown(FirewallRequest request, IpFamily family)
    {
        string chain = request.InstanceName(family);
        StringBuilder script = new("*nat\n");
        foreach (NatJump jump in Jumps(request, family))
        {
            script.Append($"-D {jump}\n");
        }

        return script.Append($"-F {chain}\n-X {chain}\nCOMMIT\n").ToString();
    }

    /// <summary>The rules of the base chains that lead to an instance's chain.</summary>
    public static List<NatJump> Jumps(FirewallRequest request, IpFamily family)
    {
        ushort port = request.Listener(family)!.Value.Port;
        bool isV6 = family == IpFamily.V6;
        List<NatJump> jumps = [new("OUTPUT", request.ServerTtl, isV6, port)];
        if (request.CapturesForwarded(family))
        {
            jumps.Add(new("PREROUTING", null, isV6, port));
        }

        return jumps;
    }
}
