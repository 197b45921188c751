using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;

namespace Sshuttle.Client;

/// <summary>What will be captured and where it will be taken, decided from the command line alone.</summary>
/// <param name="Listen">Where to listen: only families that have something to capture.</param>
/// <param name="Subnets">The subnets of those families, includes and excludes.</param>
/// <param name="Warnings">What was asked for and will not be done, one line each.</param>
public sealed record RunPlan(ListenAddresses Listen, IReadOnlyList<Subnet> Subnets, IReadOnlyList<string> Warnings)
{
    /// <summary>
    /// Decides. A family without an include needs no listener and no rules, so that a machine without IPv6 is not stopped
    /// by it; a family without a listener, because of <c>--disable-ipv6</c> or of <c>-l</c>, captures nothing.
    /// </summary>
    /// <param name="listen">The addresses to listen on.</param>
    /// <param name="subnets">Includes and excludes.</param>
    /// <exception cref="Fatal">Nothing is left to capture (usage error).</exception>
    public static RunPlan Make(ListenAddresses listen, IReadOnlyList<Subnet> subnets)
    {
        List<Subnet> kept = [];
        List<string> warnings = [];
        bool captures4 = false;
        bool captures6 = false;
        foreach (Subnet subnet in subnets)
        {
            bool v4 = subnet.Address.IsV4;
            if ((v4 ? listen.V4 : listen.V6) is null)
            {
                if (!subnet.Exclude)
                {
                    warnings.Add($"warning: {(v4 ? "IPv4" : "IPv6")} is off, so {subnet} is not captured");
                }

                continue;
            }

            kept.Add(subnet);
            captures4 |= v4 && !subnet.Exclude;
            captures6 |= !v4 && !subnet.Exclude;
        }

        if (!captures4 && !captures6)
        {
            throw new Fatal("nothing is left to capture: every subnet given belongs to an address family that is switched off", Fatal.UsageCode);
        }

        kept.RemoveAll(subnet => !(subnet.Address.IsV4 ? captures4 : captures6));
        return new RunPlan(new ListenAddresses(captures4 ? listen.V4 : null, captures6 ? listen.V6 : null), kept, warnings);
    }

    /// <summary>The plan without IPv6, for a machine that turns out to have none.</summary>
    /// <exception cref="Fatal">Nothing but IPv6 was asked for.</exception>
    public RunPlan WithoutIpv6(string reason)
    {
        List<Subnet> kept = [];
        foreach (Subnet subnet in Subnets)
        {
            if (subnet.Address.IsV4)
            {
                kept.Add(subnet);
            }
        }

        return Listen.V4 is null
            ? throw new Fatal($"Could not bind to an IPv6 socket: {reason}; this machine seems to have no IPv6")
            : new RunPlan(Listen with { V6 = null }, kept, [.. Warnings, $"warning: IPv6 subnets are not captured: {reason}"]);
    }
}
