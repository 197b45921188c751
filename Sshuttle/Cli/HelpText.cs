using System.Text;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>Usage, help and usage errors as text, from the option table.</summary>
public static class HelpText
{
    private const int Columns = 79;
    private const int HelpColumn = 24;

    /// <summary>The usage line, with its newline.</summary>
    public const string Usage =
        $"usage: sshuttle [OPTIONS] [-r {OptionTable.RemoteValue}] {OptionTable.PositionalValue}\n";

    /// <summary>What a mistake on the command line prints: the usage line and the error.</summary>
    /// <param name="message">The message of the Fatal.</param>
    public static string Error(string message) => Usage + Log.Render("sshuttle: error: ", message);

    /// <summary>What <c>--help</c> prints, at most 79 columns wide.</summary>
    public static string Render()
    {
        StringBuilder text = new(Usage);
        text.Append("\nRoutes subnets through an ssh server, where an ordinary account is enough.\n");
        for (OptionSection section = OptionSection.Routes; section <= OptionSection.Internal; section++)
        {
            text.Append('\n').Append(Heading(section)).Append(":\n");
            if (section == OptionSection.Routes)
            {
                AppendEntry(text, OptionTable.PositionalValue, OptionTable.PositionalHelp);
            }

            foreach (Option option in OptionTable.All)
            {
                if (option.Section == section)
                {
                    AppendEntry(text, Synopsis(option), option.Help);
                }
            }
        }

        return text.ToString();
    }

    private static string Heading(OptionSection section) => section switch
    {
        OptionSection.Routes => "What is routed",
        OptionSection.Connection => "The way to the server",
        OptionSection.Local => "On this machine",
        OptionSection.Output => "What is printed",
        _ => "Started by sshuttle itself",
    };

    private static string Synopsis(Option option)
    {
        string letter = option.Letter is null ? "" : $"-{option.Letter}, ";
        return $"{letter}--{option.Name}{(option.Value is null ? "" : " " + option.Value)}";
    }

    private static void AppendEntry(StringBuilder text, string synopsis, string help)
    {
        text.Append("  ").Append(synopsis);
        int column = 2 + synopsis.Length;
        if (column > HelpColumn - 2)
        {
            text.Append('\n');
            column = 0;
        }

        text.Append(' ', HelpColumn - column);
        column = HelpColumn;
        foreach (string word in help.Split(' '))
        {
            if (column > HelpColumn && column + 1 + word.Length > Columns)
            {
                text.Append('\n').Append(' ', HelpColumn);
                column = HelpColumn;
            }

            if (column > HelpColumn)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }
}
