using System;
using System.Collections.Generic;
using System.Linq;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>A namespace in which plans of one method are carried out with the real tools.</summary>
internal sealed class Host : IDisposable
{
    /// <summary>All methods, those of iptables with both variants of it.</summary>
    public static readonly string[] Kinds = ["nft", "nat", "nat-legacy", "tproxy-nft", "tproxy-iptables", "tproxy-iptables-legacy"];

    private const string Legacy = "-legacy";

    private readonly string kind;

    public Host(string kind)
    {
        this.kind = kind;
        Method = Methods.Named(kind.Replace(Legacy, "", StringComparison.Ordinal)).Single();
    }

    public NetNs Net { get; } = new();

    public IFirewallMethod Method { get; }

    public Facts Facts() => Method.Read(Method.Probes.Select(probe => Run(probe, null)).ToList());

    public Plan SetUp(FirewallRequest request)
    {
        Plan plan = Method.Plan(request, Facts());
        Assert.DoesNotContain(plan.Warnings, static warning => !warning.StartsWith("warning: there is no default", StringComparison.Ordinal));
        Take(plan.Setup, mustSucceed: true);
        return plan;
    }

    public void TearDown(Plan plan) => Take(plan.Teardown, mustSucceed: false);

    public Answer[] Take(IReadOnlyList<Step> steps, bool mustSucceed)
    {
        List<Answer> answers = [];
        foreach (Step step in steps)
        {
            if (step.OnlyIf is { } condition && !condition.Holds(Run(condition.Argv, null)))
            {
                continue;
            }

            Answer answer = Run(step.Argv, step.Input);
            bool mayFail = !mustSucceed && step.OnFailure == OnFailure.Ignore;
            Assert.True(answer.Succeeded || mayFail, $"{answer.Errors}\n{step.ToText()}");
            answers.Add(answer);
        }

        return [.. answers];
    }

    public Answer Run(IReadOnlyList<string> argv, string? input)
    {
        string[] words = [.. argv];
        if (kind.EndsWith(Legacy, StringComparison.Ordinal) && words[0].Contains("tables", StringComparison.Ordinal))
        {
            string[] name = words[0].Split('-');
            words[0] = string.Join('-', name.Take(1).Append("legacy").Concat(name.Skip(1)));
        }

        return Net.Run(words, input);
    }

    public void Dispose() => Net.Dispose();
}
