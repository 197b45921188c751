using System;

namespace Sshuttle.Base;

/// <summary>
/// Ends the process with one line for its user. Thrown only where nothing can go on, caught only in
/// <c>Program.cs</c>, which writes the message and exits with <see cref="ExitCode"/>.
/// </summary>
/// <param name="message">What happened, to what, and what to do; no trailing full stop or newline.</param>
/// <param name="exitCode">The process exit code; 99 is the Python program's code for a fatal error.</param>
public sealed class Fatal(string message, int exitCode = Fatal.DefaultCode) : Exception(message)
{
    /// <summary>The exit code of every error that is not a mistake on the command line.</summary>
    public const int DefaultCode = 99;

    /// <summary>The exit code of a mistake on the command line.</summary>
    public const int UsageCode = 2;

    /// <summary>The process exit code, 1 to 255.</summary>
    public int ExitCode { get; } = exitCode;
}
