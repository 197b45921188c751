using System;
using System.Text;

namespace Sshuttle.Base;

/// <summary>
/// The log of one process: lines with the role's prefix, given to one sink. Level 0 is what every user sees,
/// 1 to 3 appear with as many <c>-v</c>.
/// </summary>
public static class Log
{
    private static Action<byte[]> sink = _ => { };
    private static string prefix = "";

    /// <summary>How many <c>-v</c> were given, 0 to 3.</summary>
    public static int Verbosity { get; private set; }

    /// <summary>Sets the role's prefix (<c>"c : "</c>, <c>" s: "</c>, <c>"fw: "</c>), the level and where lines go.</summary>
    /// <param name="rolePrefix">Put in front of every line.</param>
    /// <param name="verbosity">Highest level that is written.</param>
    /// <param name="write">Takes whole lines as UTF-8, newline included, in one piece.</param>
    public static void Configure(string rolePrefix, int verbosity, Action<byte[]> write)
    {
        prefix = rolePrefix;
        Verbosity = verbosity;
        sink = write;
    }

    /// <summary>Writes a line that every user sees.</summary>
    public static void Always(string text) => Write(text);

    /// <summary>Writes a line at <c>-v</c>: connections, rules, decisions.</summary>
    public static void Info(string text)
    {
        if (Verbosity >= 1)
        {
            Write(text);
        }
    }

    /// <summary>Writes a line at <c>-vv</c>: every frame.</summary>
    public static void Debug(string text)
    {
        if (Verbosity >= 2)
        {
            Write(text);
        }
    }

    /// <summary>Writes a line at <c>-vvv</c>.</summary>
    public static void Trace(string text)
    {
        if (Verbosity >= 3)
        {
            Write(text);
        }
    }

    private static void Write(string text) => sink(Encoding.UTF8.GetBytes(Render(prefix, text)));

    /// <summary>
    /// One log entry as text: the prefix on the first line, four blanks on continuation lines, and every control
    /// character but newline and tab replaced by <c>?</c>, since parts of a message may come from a remote host.
    /// </summary>
    public static string Render(string prefix, string text)
    {
        StringBuilder line = new(prefix.Length + text.Length + 1);
        line.Append(prefix);
        foreach (char c in text.AsSpan().TrimEnd('\n'))
        {
            if (c == '\n')
            {
                line.Append("\n    ");
            }
            else
            {
                line.Append(char.IsControl(c) && c != '\t' ? '?' : c);
            }
        }

        return line.Append('\n').ToString();
    }
}
