using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Client;

/// <summary>The ways to root, in the order in which they are tried.</summary>
public static class Elevation
{
    /// <summary>The name of su, whose standard input must stay the terminal.</summary>
    public const string Su = "su";

    /// <summary>
    /// Command lines that run a command as root: only the command itself for root; otherwise through sudo, doas and su,
    /// as far as they exist, and at last the command itself, which may have been given the rights in some other way.
    /// doas goes first where there is no sudo.
    /// </summary>
    /// <param name="isRoot">Whether we are root.</param>
    /// <param name="hasTerminal">Whether somebody could answer su's question.</param>
    /// <param name="command">The helper's command line.</param>
    /// <param name="exists">Whether a program can be found.</param>
    public static List<string[]> Attempts(bool isRoot, bool hasTerminal, IReadOnlyList<string> command, Func<string, bool> exists)
    {
        List<string[]> attempts = [];
        if (!isRoot && exists("sudo"))
        {
            attempts.Add(["sudo", "-p", "[local sudo] Password: ", .. command]);
        }

        if (!isRoot && exists("doas"))
        {
            attempts.Add(["doas", .. command]);
        }

        if (!isRoot && hasTerminal && exists(Su))
        {
            attempts.Add([Su, "-c", $"exec {ShellQuote.Line(command)} <&1"]);
        }

        attempts.Add([.. command]);
        return attempts;
    }
}
