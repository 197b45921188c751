using System;

namespace Sshuttle.Cli;

/// <summary>One option of the command line: everything that parser, help and man page know of it.</summary>
/// <param name="Letter">The letter behind one dash; null for none.</param>
/// <param name="Name">The name behind two dashes.</param>
/// <param name="Value">What stands for its value in the help; null where it takes none.</param>
/// <param name="Section">Where the help lists it.</param>
/// <param name="Help">What it does, as one paragraph.</param>
/// <param name="Apply">Puts the value (empty where it takes none) into the options; may refuse it with a Fatal.</param>
public sealed record Option(
    char? Letter,
    string Name,
    string? Value,
    OptionSection Section,
    string Help,
    Action<Options, string> Apply)
{
    /// <summary>How messages name it: <c>-r/--remote</c>.</summary>
    public string Title => Letter is null ? $"--{Name}" : $"-{Letter}/--{Name}";
}
