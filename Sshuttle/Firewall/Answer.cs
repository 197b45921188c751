using System;

namespace Sshuttle.Firewall;

/// <summary>What a command answered.</summary>
/// <param name="Status">Its exit status; <see cref="NotFound"/> where it does not exist.</param>
/// <param name="Output">What it wrote to its standard output.</param>
/// <param name="Errors">What it wrote to its standard error.</param>
public sealed record Answer(int Status, string Output, string Errors)
{
    /// <summary>The status that a shell gives for a command that does not exist.</summary>
    public const int NotFound = 127;

    /// <summary>The status that a shell gives for a command that cannot be executed.</summary>
    public const int NotStarted = 126;

    /// <summary>Whether the command succeeded.</summary>
    public bool Succeeded => Status == 0;

    /// <summary>
    /// Why the command failed, in one line: the last thing it said, since tools put advice about <c>-h</c> and blank
    /// lines around it.
    /// </summary>
    /// <param name="tool">The command's name.</param>
    public string Reason(string tool)
    {
        if (Status == NotFound)
        {
            return $"{tool} is not installed";
        }

        foreach (string line in Errors.Split('\n'))
        {
            string text = line.Trim();
            if (text.Length > 0 && !text.StartsWith('#') && !text.StartsWith("Warning:", StringComparison.Ordinal))
            {
                return text.StartsWith(tool, StringComparison.Ordinal) ? text : $"{tool}: {text}";
            }
        }

        return $"{tool} ended with status {Status}";
    }
}
