using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class ShellSplitTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\n", "")]
    [InlineData("ssh", "ssh")]
    [InlineData("ssh -v", "ssh|-v")]
    [InlineData("  ssh\t -p  22 ", "ssh|-p|22")]
    [InlineData("ssh -o 'ProxyCommand=nc %h %p'", "ssh|-o|ProxyCommand=nc %h %p")]
    [InlineData("ssh -o \"User=a b\"", "ssh|-o|User=a b")]
    [InlineData("a'b c'd\"e f\"g", "ab cde fg")]
    [InlineData("''", "")]
    [InlineData("a '' b", "a||b")]
    [InlineData("a\\ b", "a b")]
    [InlineData("a\\\\b", "a\\b")]
    [InlineData("'a\\b'", "a\\b")]
    [InlineData("\"a\\b\"", "a\\b")]
    [InlineData("\"a\\\"b\\\\c\\$d\\`e\"", "a\"b\\c$d`e")]
    [InlineData("\"it's\" 'say \"x\"'", "it's|say \"x\"")]
    [InlineData("ssh # $HOME *", "ssh|#|$HOME|*")]
    public void Text_IsSplitAsByAShell(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ShellSplit.Split(text)));

    [Fact]
    public void EmptyQuotes_AreAWord()
    {
        Assert.Single(ShellSplit.Split("''"));
        Assert.Empty(ShellSplit.Split(" "));
    }

    [Theory]
    [InlineData("ssh 'a")]
    [InlineData("ssh \"a")]
    [InlineData("ssh \"a\\\"")]
    [InlineData("ssh \\")]
    public void OpenEnd_IsUsageError(string text) =>
        Assert.Equal(Fatal.UsageCode, Assert.Throws<Fatal>(() => ShellSplit.Split(text)).ExitCode);
}
