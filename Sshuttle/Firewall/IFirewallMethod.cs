using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// A way to have the kernel hand over connections. All members are pure: what must be known of the machine comes from
/// the answers to <see cref="Probes"/>, and what is to be done to it leaves as a <see cref="Firewall.Plan"/>.
/// </summary>
public interface IFirewallMethod
{
    /// <summary>The name that the helper tells; the one that <c>--method</c> takes, and for tproxy also the tool behind it.</summary>
    string Name { get; }

    /// <summary>
    /// Whether TCP reaches a transparent listener as it is, so that an accepted socket's own address is the destination.
    /// Else it is turned to an ordinary listener.
    /// </summary>
    bool IsTransparent { get; }

    /// <summary>What it can do.</summary>
    Features Features { get; }

    /// <summary>Commands that change nothing and whose answers, in this order, go to <see cref="Read"/>.</summary>
    IReadOnlyList<IReadOnlyList<string>> Probes { get; }

    /// <summary>Makes facts of the answers to <see cref="Probes"/>.</summary>
    Facts Read(IReadOnlyList<Answer> answers);

    /// <summary>
    /// A rehearsal that leaves nothing behind: the method works for the family where all of its setup succeeds. The
    /// teardown is run in either case.
    /// </summary>
    Plan Trial(IpFamily family, Facts facts);

    /// <summary>The rule set.</summary>
    /// <exception cref="Fatal">None of what was asked can be done.</exception>
    Plan Plan(FirewallRequest request, Facts facts);

    /// <summary>
    /// Replaces rules that <see cref="Plan"/> has put in, at one moment for each family, where only the nameservers have
    /// changed. What undid those undoes these.
    /// </summary>
    IReadOnlyList<Step> Renewal(FirewallRequest request, Facts facts);
}
