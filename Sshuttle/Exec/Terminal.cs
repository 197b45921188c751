using System.Text;
using Sshuttle.Native;

namespace Sshuttle.Exec;

/// <summary>Standard output and standard error.</summary>
public static class Terminal
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>Whether somebody can answer questions there.</summary>
    public static bool InputIsTerminal => Sys.IsTerminal(StandardInput);

    /// <summary>Whether progress can be shown.</summary>
    public static bool ErrorIsTerminal => Sys.IsTerminal(StandardError);

    /// <summary>Writes to standard output.</summary>
    public static void Print(string text) => _ = Sys.WriteAll(StandardOutput, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes whole lines to standard error.</summary>
    public static void Error(byte[] lines) => _ = Sys.WriteAll(StandardError, lines);

    /// <summary>Writes whole lines to standard error.</summary>
    public static void Error(string lines) => Error(Encoding.UTF8.GetBytes(lines));

    /// <summary>Replaces the current line of the terminal.</summary>
    /// <param name="text">One short line.</param>
    /// <param name="last">Whether the line stays.</param>
    public static void Progress(string text, bool last) => Error($"\r{text}{(last ? "\n" : "")}");
}
