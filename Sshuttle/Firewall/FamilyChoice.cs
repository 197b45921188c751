using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>Which families get rules, and what to say about one that does not although it was asked for.</summary>
/// <param name="Families">IPv6 before IPv4: the family that fails more easily is tried first.</param>
/// <param name="Warnings">One line each.</param>
public sealed record FamilyChoice(IReadOnlyList<IpFamily> Families, IReadOnlyList<string> Warnings)
{
    /// <summary>
    /// A broken IPv6 stops nobody who also asked for IPv4; a broken IPv4 stops everybody who asked for it.
    /// </summary>
    /// <exception cref="Fatal">A family was asked for that cannot be done and cannot be left out.</exception>
    public static FamilyChoice Of(FirewallRequest request, Facts facts)
    {
        List<IpFamily> families = [];
        List<string> warnings = [];
        if (request.Wants(IpFamily.V6))
        {
            if (facts.V6.Failure is not { } failure)
            {
                families.Add(IpFamily.V6);
            }
            else if (request.Names(IpFamily.V4))
            {
                if (request.Names(IpFamily.V6))
                {
                    warnings.Add($"warning: IPv6 subnets are not captured: {failure}");
                }
            }
            else
            {
                throw new Fatal($"IPv6 subnets cannot be captured on this machine: {failure}");
            }
        }

        if (request.Wants(IpFamily.V4))
        {
            if (facts.V4.Failure is not { } failure)
            {
                families.Add(IpFamily.V4);
            }
            else if (request.Names(IpFamily.V4))
            {
                throw new Fatal($"IPv4 subnets cannot be captured on this machine: {failure}");
            }
        }

        foreach (IpFamily family in families)
        {
            foreach (ushort port in facts.Of(family).DeadBut(request.Listener(family)!.Value.Port))
            {
                warnings.Add($"removing the {IpFamilyName.Of(family)} rules of an instance that was killed: {InstanceName.Of(port)}");
            }
        }

        return new FamilyChoice(families, warnings);
    }

    /// <summary>
    /// As much of the request as its undo depends on: the listeners of the families that get rules, that these do, and
    /// what decides which kinds of rules there are.
    /// </summary>
    public FirewallRequest UndoPart(FirewallRequest request)
    {
        FirewallRequest part = new()
        {
            ServerTtl = request.ServerTtl,
            Nameservers = request.Nameservers,
            Udp = request.Udp,
            Uid = request.Uid,
            Gid = request.Gid,
            Mark = request.Mark,
        };
        foreach (IpFamily family in Families)
        {
            Subnet everything = new(IpAddress.Any(family), 0, 0, 0, false);
            part = family == IpFamily.V4
                ? part with { Listener4 = request.Listener4, Subnets = [.. part.Subnets, everything] }
                : part with { Listener6 = request.Listener6, Subnets = [.. part.Subnets, everything] };
        }

        return part;
    }
}
