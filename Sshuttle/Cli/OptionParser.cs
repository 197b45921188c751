using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// Reads a command line with the habits of the Python program's users: letters bundled behind one dash
/// (<c>-vvr host</c>, <c>-rhost</c>), <c>--name=value</c>, <c>--name value</c>, long names cut short while only one
/// option fits, and <c>--</c> to end the options. Subnets may stand anywhere between them.
/// </summary>
public static class OptionParser
{
    /// <summary>Reads the words of a command line, without the program's name.</summary>
    /// <exception cref="Fatal">They make no sense (usage error); the message is one line.</exception>
    public static Options Parse(IReadOnlyList<string> words)
    {
        Options options = new();
        bool optionsEnded = false;
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (optionsEnded || !IsOption(word))
            {
                options.Include(new SubnetItem(SubnetSyntax.Parse(word), null));
            }
            else if (word == "--")
            {
                optionsEnded = true;
            }
            else if (word.StartsWith("--"))
            {
                ReadLong(options, words, ref i);
            }
            else
            {
                ReadLetters(options, words, ref i);
            }

            // As soon as one is read, whatever else is on the line, even if it is wrong.
            if (options.Role is Role.Help or Role.Version)
            {
                return options;
            }
        }

        options.Check();
        return options;
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static void ReadLong(Options options, IReadOnlyList<string> words, ref int i)
    {
        string word = words[i];
        int equals = word.IndexOf('=');
        Option option = FindLong(equals < 0 ? word[2..] : word[2..equals]);
        string? attached = equals < 0 ? null : word[(equals + 1)..];
        if (option.Value is not null)
        {
            option.Apply(options, attached ?? NextValue(option, words, ref i));
        }
        else if (attached is null)
        {
            option.Apply(options, "");
        }
        else
        {
            throw new Fatal($"{option.Title} takes no value", Fatal.UsageCode);
        }
    }

    private static void ReadLetters(Options options, IReadOnlyList<string> words, ref int i)
    {
        string word = words[i];
        for (int at = 1; at < word.Length; at++)
        {
            Option option = FindLetter(word[at], word);
            if (option.Value is not null)
            {
                string attached = word[(at + 1)..];
                attached = attached.StartsWith('=') ? attached[1..] : attached;
                option.Apply(options, at + 1 < word.Length ? attached : NextValue(option, words, ref i));
                return;
            }

            option.Apply(options, "");
        }
    }

    private static string NextValue(Option option, IReadOnlyList<string> words, ref int i)
    {
        if (i + 1 == words.Count || IsOption(words[i + 1]))
        {
            throw new Fatal($"{option.Title} needs a value, {option.Value}", Fatal.UsageCode);
        }

        i++;
        return words[i];
    }

    private static Option FindLetter(char letter, string word)
    {
        foreach (Option option in OptionTable.All)
        {
            if (option.Letter == letter)
            {
                return option;
            }
        }

        string where = word.Length > 2 ? $" in {word}" : "";
        throw new Fatal($"there is no option -{letter}{where}", Fatal.UsageCode);
    }

    private static Option FindLong(string name)
    {
        List<Option> candidates = [];
        foreach (Option option in OptionTable.All)
        {
            if (option.Name == name)
            {
                return option;
            }

            // Nobody types the internal ones, and they shall not make a short form of another ambiguous.
            if (option.Name.StartsWith(name, StringComparison.Ordinal) && option.Section != OptionSection.Internal)
            {
                candidates.Add(option);
            }
        }

        return candidates.Count switch
        {
            0 => throw new Fatal($"there is no option --{name}", Fatal.UsageCode),
            1 => candidates[0],
            _ => throw new Fatal($"--{name} could be {JoinNames(candidates)}", Fatal.UsageCode),
        };
    }

    private static string JoinNames(List<Option> options)
    {
        string text = $"--{options[0].Name}";
        for (int i = 1; i < options.Count; i++)
        {
            text += (i + 1 < options.Count ? ", " : " or ") + $"--{options[i].Name}";
        }

        return text;
    }
}
