using System.Collections.Generic;
using System.Text;

namespace Sshuttle.Firewall;

/// <summary>All that is done to this machine, and all that undoes it. The undo may be run at any time and repeatedly.</summary>
public sealed record Plan
{
    /// <summary>One line each for what was asked and cannot be done.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Puts the rules in.</summary>
    public IReadOnlyList<Step> Setup { get; init; } = [];

    /// <summary>Takes them out, complete or not.</summary>
    public IReadOnlyList<Step> Teardown { get; init; } = [];

    /// <summary>The plan for a person to read: what <c>--dry-run</c> prints.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        foreach (string warning in Warnings)
        {
            text.Append("# ").Append(warning).Append('\n');
        }

        Append(text, "# start", Setup);
        Append(text, "# stop", Teardown);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string heading, IReadOnlyList<Step> steps)
    {
        text.Append(heading).Append('\n');
        foreach (Step step in steps)
        {
            text.Append(step.ToText());
        }
    }
}
