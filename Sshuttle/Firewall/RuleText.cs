using System.Text;

namespace Sshuttle.Firewall;

/// <summary>Collects the lines of a rule set. Compiled, its calls are a fraction of what interpolated strings are.</summary>
internal sealed class RuleText
{
    private readonly StringBuilder text = new();

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => text.Length == 0;

    /// <summary>Adds a line, each <c>@</c> of the form replaced by the next argument.</summary>
    public RuleText Line(string form, string first = "", string second = "", string third = "", string fourth = "")
    {
        int argument = 0;
        foreach (char c in form)
        {
            if (c != '@')
            {
                text.Append(c);
                continue;
            }

            text.Append(argument switch
            {
                0 => first,
                1 => second,
                2 => third,
                _ => fourth,
            });
            argument++;
        }

        text.Append('\n');
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => text.ToString();
}
