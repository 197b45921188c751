using System;
using System.Collections.Generic;
using System.Globalization;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// What makes the kernel deliver marked packets to this machine although their destination is elsewhere: a local route
/// to everything in a routing table of our own, and a rule that sends the mark there. Pure, as the methods are.
/// </summary>
public static class PolicyRouting
{
    // Arbitrary: behind the table "local", before what VPNs and routers for several lines use.
    private const string Preference = "100";

    private const string Rule = " rule ";

    private const string Route = " route ";

    /// <summary>The command that lists a family's rules.</summary>
    public static IReadOnlyList<string> RuleProbe(IpFamily family) => ["ip", Family(family), "rule"];

    /// <summary>The command that succeeds where there is a default route: the address is for documentation only.</summary>
    public static IReadOnlyList<string> RouteProbe(IpFamily family) =>
        ["ip", Family(family), "route", "get", family == IpFamily.V4 ? "198.51.100.255" : "2001:db8:ffff::1"];

    /// <summary>
    /// The rules of this program's instances among those that <see cref="RuleProbe"/> lists. Only what we write is
    /// taken, so that no text of the kernel's comes back as a command.
    /// </summary>
    public static List<MarkRule> Read(Answer rules)
    {
        List<MarkRule> found = [];
        foreach (string line in rules.Output.Split('\n'))
        {
            // 100:	from all fwmark 0x1 lookup 112300
            if (line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is [Preference + ":", "from", "all", "fwmark", string mark, "lookup", string table]
                && mark.StartsWith("0x", StringComparison.Ordinal)
                && uint.TryParse(mark.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
                && uint.TryParse(table, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
                && number is > MarkRule.TableBase and <= MarkRule.TableBase + ushort.MaxValue)
            {
                found.Add(new MarkRule(value, (ushort)(number - MarkRule.TableBase)));
            }
        }

        return found;
    }

    /// <summary>One line for each family whose packets have nowhere to go, so that there is nothing to capture.</summary>
    public static List<string> Warnings(IReadOnlyList<IpFamily> families, Facts facts)
    {
        List<string> warnings = [];
        foreach (IpFamily family in families)
        {
            if (!facts.Of(family).HasDefaultRoute)
            {
                string label = IpFamilyName.Of(family);
                warnings.Add(string.Concat("warning: there is no default ", label, " route: programs here reach only ", label) + " addresses that have a route, captured or not");
            }
        }

        return warnings;
    }

    /// <summary>Route and rule, replacing a rule that was left by an instance of the same name.</summary>
    public static void AppendSetup(List<Step> steps, MarkRule rule, IpFamily family, Facts facts)
    {
        foreach (MarkRule old in facts.Of(family).MarkRules)
        {
            if (old.Port == rule.Port)
            {
                steps.Add(Step("remove an old routing rule", family, Rule, "del", old) with { OnFailure = OnFailure.Warn });
            }
        }

        steps.Add(Step("add the local route", family, Route, "replace", rule));
        steps.Add(Step("add the routing rule", family, Rule, "add", rule));
    }

    /// <summary>Takes both out, where they are.</summary>
    public static void AppendTeardown(List<Step> steps, MarkRule rule, IpFamily family)
    {
        steps.Add(Step("remove the routing rule", family, Rule, "del", rule) with
        {
            OnFailure = OnFailure.Warn,
            OnlyIf = new(RuleProbe(family), "the rule exists", answer => Read(answer).Contains(rule)),
        });
        steps.Add(Step("remove the local route", family, Route, "del", rule) with
        {
            OnFailure = OnFailure.Warn,
            OnlyIf = new(["ip", Family(family), "route", "show", "table", rule.Table], "the route exists", static answer => answer.Output.StartsWith("local ", StringComparison.Ordinal)),
        });
    }

    /// <summary>Fails where the kernel or the tool knows no policy routing.</summary>
    public static Step Trial(IpFamily family) => new("look at the routing rules", RuleProbe(family));

    /// <summary>
    /// Takes out what instances left whose helper and guard were killed, and with it what one of our own name left that
    /// <see cref="AppendSetup"/> does not replace.
    /// </summary>
    public static void AppendDeadRemoval(List<Step> steps, IpFamily family, FamilyFacts facts, ushort ownPort, bool replaced)
    {
        List<ushort> dead = [.. facts.DeadBut(ownPort)];
        foreach (MarkRule rule in facts.MarkRules)
        {
            if (dead.Contains(rule.Port) || (rule.Port == ownPort && !replaced))
            {
                AppendTeardown(steps, rule, family);
            }
        }
    }

    private static Step Step(string purpose, IpFamily family, string what, string verb, MarkRule rule)
    {
        string command = string.Concat("ip ", Family(family), what, verb) + (what == Rule ? $" pref {Preference} {rule}" : $" local default dev lo table {rule.Table}");
        return new Step(string.Concat(purpose, " for ", IpFamilyName.Of(family)), command.Split(' '));
    }

    private static string Family(IpFamily family) => family == IpFamily.V4 ? "-4" : "-6";
}
