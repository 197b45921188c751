using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// Splits a text into words as a POSIX shell would, with quotes and backslashes but nothing expanded: no variables,
/// no patterns, no comments.
/// </summary>
public static class ShellSplit
{
    private const string Blanks = " \t\r\n";

    // Between double quotes a backslash is itself unless it stands before one of these.
    private const string EscapedInQuotes = "\"\\$`";

    /// <summary>The words of a text; none where it is blank.</summary>
    /// <exception cref="Fatal">A quote is not closed, or a backslash ends the text (usage error).</exception>
    public static string[] Split(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool inWord = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (Blanks.Contains(c))
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }

                continue;
            }

            inWord = true;
            if (c is '\'' or '"')
            {
                i = ReadQuoted(text, i, word);
            }
            else if (c == '\\')
            {
                i++;
                word.Append(i < text.Length ? text[i] : throw new Fatal($"{text}: a backslash ends it", Fatal.UsageCode));
            }
            else
            {
                word.Append(c);
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return [.. words];
    }

    /// <summary>Appends what stands between two quotes and returns the index of the closing one.</summary>
    private static int ReadQuoted(string text, int open, StringBuilder word)
    {
        char quote = text[open];
        for (int i = open + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                return i;
            }

            bool escape = quote == '"' && text[i] == '\\' && i + 1 < text.Length && EscapedInQuotes.Contains(text[i + 1]);
            i += escape ? 1 : 0;
            word.Append(text[i]);
        }

        throw new Fatal($"{text}: a quote is not closed", Fatal.UsageCode);
    }
}
