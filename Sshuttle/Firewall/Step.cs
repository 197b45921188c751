using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>One command of a plan.</summary>
/// <param name="Purpose">What it does, for messages: <c>install the IPv4 rules</c>.</param>
/// <param name="Argv">The command; searched in the system's directories only.</param>
public sealed record Step(string Purpose, IReadOnlyList<string> Argv)
{
    /// <summary>What it reads from its standard input; null: nothing.</summary>
    public string? Input { get; init; }

    /// <summary>What its failure means.</summary>
    public OnFailure OnFailure { get; init; }

    /// <summary>What must hold for it to be run at all; null: nothing.</summary>
    public Condition? OnlyIf { get; init; }

    /// <summary>The step as a shell would take it, with a comment for what a shell does not know.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        if (OnlyIf is not null)
        {
            text.Append("# only if ").Append(OnlyIf.Meaning).Append(": ").Append(ShellQuote.Line(OnlyIf.Argv)).Append('\n');
        }

        text.Append(ShellQuote.Line(Argv));
        if (Input is not null)
        {
            text.Append(" <<'END'");
        }

        if (OnFailure != OnFailure.Fatal)
        {
            text.Append(" || true");
        }

        text.Append('\n');
        return Input is null ? text.ToString() : text.Append(Input).Append("END\n").ToString();
    }
}
