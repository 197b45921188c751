using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public partial class ManPageTests
{
    [Fact]
    public void EveryOption_IsInTheManPage_AndNoOther()
    {
        SortedSet<string> declared = new(StringComparer.Ordinal);
        foreach (Option option in OptionTable.All)
        {
            declared.Add(option.Title);
        }

        SortedSet<string> documented = new(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(Path.Combine(RepositoryRoot(), "sshuttle.1")))
        {
            if (line.StartsWith(".It Fl ", StringComparison.Ordinal))
            {
                documented.Add(Title(line));
            }
        }

        Assert.Equal(declared, documented);
    }

    [Fact]
    public void EveryOption_IsDeclaredOnce()
    {
        HashSet<string> names = [];
        HashSet<char> letters = [];
        foreach (Option option in OptionTable.All)
        {
            Assert.True(names.Add(option.Name));
            Assert.True(option.Letter is null || letters.Add(option.Letter.Value));
        }
    }

    // ".It Fl r Ar target , Fl -remote Ar target" is "-r/--remote".
    private static string Title(string item)
    {
        List<string> flags = [];
        foreach (Match match in Flag().Matches(item))
        {
            flags.Add("-" + match.Groups[1].Value);
        }

        return string.Join('/', flags);
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "global.json")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new FileNotFoundException("no global.json above the test assembly");
    }

    [GeneratedRegex(@"\bFl (\S+)")]
    private static partial Regex Flag();
}
