using System.Collections.Generic;
using System.Text;

namespace Sshuttle.Base;

/// <summary>Quotes words for a POSIX shell, for showing commands and for the remote command line.</summary>
public static class ShellQuote
{
    /// <summary>The word as it must be typed; unchanged where it holds no character that a shell would read.</summary>
    public static string Word(string word)
    {
        if (word.Length > 0 && IsPlain(word))
        {
            return word;
        }

        return "'" + word.Replace("'", "'\\''") + "'";
    }

    /// <summary>A whole command line, its words quoted and joined by blanks.</summary>
    public static string Line(IReadOnlyList<string> words)
    {
        StringBuilder line = new();
        for (int i = 0; i < words.Count; i++)
        {
            if (i > 0)
            {
                line.Append(' ');
            }

            line.Append(Word(words[i]));
        }

        return line.ToString();
    }

    private static bool IsPlain(string word)
    {
        foreach (char c in word)
        {
            if (!char.IsAsciiLetterOrDigit(c) && "-_./:=@%+,".IndexOf(c) < 0)
            {
                return false;
            }
        }

        return true;
    }
}
