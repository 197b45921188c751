using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Firewall;

namespace Sshuttle.Privileged;

/// <summary>The one place where plans become changes.</summary>
internal static class PlanRunner
{
    /// <summary>Takes the steps until one fails that must not.</summary>
    /// <param name="steps">In this order.</param>
    /// <param name="echo">Is given each step before it is taken.</param>
    /// <returns>Why it stopped, in one line; null: all is done.</returns>
    public static string? SetUp(IReadOnlyList<Step> steps, Action<string> echo)
    {
        foreach (Step step in steps)
        {
            if (Take(step, echo) is { } failure)
            {
                if (step.OnFailure == OnFailure.Fatal)
                {
                    return failure;
                }

                Report(step, failure);
            }
        }

        return null;
    }

    /// <summary>Takes all the steps, whatever becomes of each.</summary>
    /// <param name="steps">In this order.</param>
    /// <param name="echo">Is given each step before it is taken.</param>
    public static void TearDown(IReadOnlyList<Step> steps, Action<string> echo)
    {
        foreach (Step step in steps)
        {
            if (Take(step, echo) is { } failure)
            {
                Report(step, failure);
            }
        }
    }

    private static string? Take(Step step, Action<string> echo)
    {
        if (step.OnlyIf is { } condition && !condition.Holds(Tools.Run(condition.Argv)))
        {
            return null;
        }

        echo(step.ToText());
        Answer answer = Tools.Run(step.Argv, step.Input);
        return answer.Succeeded ? null : $"cannot {step.Purpose}: {answer.Reason(step.Argv[0])}";
    }

    private static void Report(Step step, string failure)
    {
        if (step.OnFailure == OnFailure.Ignore)
        {
            Log.Debug(failure);
        }
        else
        {
            Log.Always($"warning: {failure}");
        }
    }
}
