using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>What a method found out about this machine before it changed anything.</summary>
/// <param name="V4">About IPv4.</param>
/// <param name="V6">About IPv6.</param>
public sealed record Facts(FamilyFacts V4, FamilyFacts V6)
{
    /// <summary>A machine on which everything works and nothing has to be mended: what <c>--dry-run</c> assumes.</summary>
    public static Facts Assumed { get; } = new(FamilyFacts.Assumed, FamilyFacts.Assumed);

    /// <summary>Whether an instance of this program has rules here, running or not.</summary>
    public bool HasInstances => V4.Instances.Count + V6.Instances.Count > 0;

    /// <summary>The same with those instances called dead that nobody listens for: their rules lead nowhere.</summary>
    /// <param name="listening">Every port of this machine that somebody listens on, of either family.</param>
    public Facts WithListening(IReadOnlySet<ushort> listening) => new(V4.WithListening(listening), V6.WithListening(listening));

    /// <summary>About one family.</summary>
    public FamilyFacts Of(IpFamily family) => family == IpFamily.V4 ? V4 : V6;
}

/// <summary>What a method found out about one address family.</summary>
public sealed record FamilyFacts
{
    /// <summary>See <see cref="Facts.Assumed"/>.</summary>
    public static FamilyFacts Assumed { get; } = new();

    /// <summary>Why the method cannot work, in one line; null: it works.</summary>
    public string? Failure { get; init; }

    /// <summary>What iptables' tables did not have before this program (any instance of it) came.</summary>
    public TableParts Absent { get; init; }

    /// <summary>Jumps that instances of this program, running or dead, have in iptables' tables.</summary>
    public IReadOnlyList<IptablesJump> Jumps { get; init; } = [];

    /// <summary>Chains that instances of this program, running or dead, have there.</summary>
    public IReadOnlyList<IptablesChain> Chains { get; init; } = [];

    /// <summary>Rules that instances of this program, running or dead, have in policy routing.</summary>
    public IReadOnlyList<MarkRule> MarkRules { get; init; } = [];

    /// <summary>Whether a packet to anywhere finds a way; without one local programs cannot even try to connect.</summary>
    public bool HasDefaultRoute { get; init; } = true;

    /// <summary>The ports that name the instances which have rules, running or dead.</summary>
    public IReadOnlyList<ushort> Instances { get; init; } = [];

    /// <summary>Those of them that were killed together with their guard; their rules are removed at the next start.</summary>
    public IReadOnlyList<ushort> Dead { get; init; } = [];

    /// <summary>Whether <c>iptables-restore</c> knows <c>-w</c>, which it learned in 1.6.2.</summary>
    public bool RestoreWaits { get; init; } = true;

    /// <summary>The dead ones but a certain one, whose name is about to be used again.</summary>
    public IEnumerable<ushort> DeadBut(ushort port)
    {
        foreach (ushort dead in Dead)
        {
            if (dead != port)
            {
                yield return dead;
            }
        }
    }

    /// <summary>The same with what the probes of <see cref="PolicyRouting"/> answered.</summary>
    internal FamilyFacts WithRouting(Answer rules, Answer route)
    {
        List<MarkRule> found = PolicyRouting.Read(rules);
        List<ushort> instances = [.. Instances];
        foreach (MarkRule rule in found)
        {
            if (!instances.Contains(rule.Port))
            {
                instances.Add(rule.Port);
            }
        }

        return this with { MarkRules = found, Instances = instances, HasDefaultRoute = route.Succeeded || route.Status == Answer.NotFound };
    }

    internal FamilyFacts WithListening(IReadOnlySet<ushort> listening)
    {
        List<ushort> dead = [];
        foreach (ushort port in Instances)
        {
            if (!listening.Contains(port))
            {
                dead.Add(port);
            }
        }

        return this with { Dead = dead };
    }
}
