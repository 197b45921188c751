using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// nftables: one table of our own per family, put in and taken out in one transaction, so that no rule of anybody
/// else's is touched. Separate families instead of one <c>inet</c> table, since nat in those needs Linux 5.2.
/// </summary>
public sealed class NftMethod : IFirewallMethod
{
    /// <inheritdoc/>
    public string Name => "nft";

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<string>> Probes => [["nft", "list", "tables"]];

    /// <inheritdoc/>
    public Facts Read(IReadOnlyList<Answer> answers)
    {
        List<ushort> v4 = [];
        List<ushort> v6 = [];
        foreach (string line in answers[0].Output.Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words.Length == 3 && words[0] == "table" && InstanceName.TryParse(words[2], out ushort port))
            {
                (words[1] == "ip" ? v4 : words[1] == "ip6" ? v6 : []).Add(port);
            }
        }

        return new Facts(new FamilyFacts { Instances = v4 }, new FamilyFacts { Instances = v6 });
    }

    /// <inheritdoc/>
    public Plan Trial(IpFamily family, Facts facts)
    {
        // The kernel itself checks this transaction, modules and all, and then drops it.
        IpAddress loopback = IpAddress.Loopback(family);
        FirewallRequest sample = new()
        {
            Listener4 = new Endpoint(loopback, 1),
            Listener6 = new Endpoint(loopback, 1),
            Subnets = [new Subnet(loopback, 1, 1, 2, false)],
        };
        StringBuilder script = new();
        AppendReplacement(script, "sshuttle-trial", family, sample);
        return new Plan { Setup = [new Step("try nft", ["nft", "--check", "-f", "-"]) { Input = script.ToString() }] };
    }

    /// <inheritdoc/>
    public Plan Plan(FirewallRequest request, Facts facts)
    {
        FamilyChoice choice = FamilyChoice.Of(request, facts);
        if (choice.Families.Count == 0)
        {
            return new Plan();
        }

        StringBuilder mending = new();
        StringBuilder setup = new();
        StringBuilder teardown = new();
        foreach (IpFamily family in choice.Families)
        {
            foreach (ushort dead in facts.Of(family).DeadBut(request.Listener(family)!.Value.Port))
            {
                AppendRemoval(mending, InstanceName.Of(dead), family);
            }

            string name = request.InstanceName(family);
            AppendReplacement(setup, name, family, request);
            AppendRemoval(teardown, name, family);
        }

        Step install = Transaction("install the rules", setup);
        return new Plan
        {
            Warnings = choice.Warnings,
            Setup = mending.Length == 0
                ? [install]
                : [Transaction("remove the rules of killed instances", mending) with { OnFailure = OnFailure.Warn }, install],
            Teardown = [Transaction("remove the rules", teardown) with { OnFailure = OnFailure.Warn }],
        };
    }

    private static Step Transaction(string purpose, StringBuilder script) =>
        new(purpose, ["nft", "-f", "-"]) { Input = script.ToString() };

    /// <summary>Removes the table whether it exists or not: to delete what is not there is an error, to add what is there is none.</summary>
    private static void AppendRemoval(StringBuilder script, string name, IpFamily family)
    {
        string table = $"table {Word(family)} {name}";
        script.Append($"add {table}\ndelete {table}\n");
    }

    private static void AppendReplacement(StringBuilder script, string name, IpFamily family, FirewallRequest request)
    {
        AppendRemoval(script, name, family);
        script.Append($"table {Word(family)} {name} {{\n    chain capture {{\n");
        AppendCapture(script, family, request);
        script.Append("    }\n    chain output {\n        type nat hook output priority -100; policy accept;\n");
        if (request.ServerTtl is { } ttl)
        {
            script.Append($"        {(family == IpFamily.V4 ? "ip ttl" : "ip6 hoplimit")} {ttl} return\n");
        }

        script.Append("        jump capture\n    }\n");
        if (request.CapturesForwarded(family))
        {
            script.Append("    chain prerouting {\n        type nat hook prerouting priority -100; policy accept;\n        jump capture\n    }\n");
        }

        script.Append("}\n");
    }

    private static void AppendCapture(StringBuilder script, IpFamily family, FirewallRequest request)
    {
        foreach (Endpoint exempt in request.Exempt)
        {
            if (exempt.Address.Family == family)
            {
                script.Append($"        {Word(family)} daddr {exempt.Address} tcp dport {exempt.Port} return\n");
            }
        }

        string target = Target(request.Listener(family)!.Value);
        foreach (Subnet subnet in request.Ordered(family))
        {
            script.Append("        ");
            if (subnet.Width > 0)
            {
                script.Append($"{Word(family)} daddr {subnet.Address.Masked(subnet.Width)}/{subnet.Width} ");
            }

            if (!subnet.AllPorts)
            {
                script.Append(subnet.FirstPort == subnet.LastPort ? $"tcp dport {subnet.FirstPort} " : $"tcp dport {subnet.FirstPort}-{subnet.LastPort} ");
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
    /// <c>redirect</c> leads to the loopback address for local traffic and to the incoming interface's address for
    /// forwarded traffic; a listener on any other single address must be named.
    /// </summary>
    private static string Target(Endpoint listener) =>
        listener.Address.IsAny || listener.Address == IpAddress.Loopback(listener.Address.Family)
            ? $"redirect to :{listener.Port}"
            : $"dnat to {listener}";

    private static string Word(IpFamily family) => family == IpFamily.V4 ? "ip" : "ip6";
}
