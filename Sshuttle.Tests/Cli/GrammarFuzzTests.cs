using System;
using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class GrammarFuzzTests
{
    private const int Rounds = 20_000;

    // Characters and words that mean something to one of the grammars; few enough that valid texts come up too.
    private static readonly string[] Words =
    [
        "1", "0", "255", "65535", "65536", "0x", "::", "1:2", "fe80", ".", ":", "/", "-", "--", "[", "]", "*.", "@", "%",
        ",", "=", "'", "\"", "\\", " ", "\t", "\n", "#", "host", "ssh://", "r", "v", "x", "remote", "\u00fc", "\0", "\ud800",
    ];

    [Fact]
    public void Subnet_IsReadOrRefused() => ReadsOrRefuses(text => SubnetSyntax.Parse(text).Surprise);

    [Fact]
    public void SubnetFile_IsReadOrRefused() => ReadsOrRefuses(text => SubnetFile.Parse("file", text));

    [Fact]
    public void Listen_IsReadOrRefused() => ReadsOrRefuses(ListenSyntax.ParseList);

    [Fact]
    public void Remote_IsReadOrRefused_AndSafeForSsh() => ReadsOrRefuses(text =>
    {
        RemoteTarget target = RemoteTarget.Parse(text);
        Assert.NotEqual('-', target.Host[0]);
        Assert.DoesNotContain(target.Host, char.IsControl);
        Assert.DoesNotContain(target.Host, char.IsWhiteSpace);
        Assert.NotEqual("", target.User);
        Assert.False(target.User?.StartsWith('-') ?? false);
        return target;
    });

    [Fact]
    public void ShellWords_AreReadOrRefused() => ReadsOrRefuses(ShellSplit.Split);

    [Fact]
    public void CommandLine_IsReadOrRefused() => ReadsOrRefuses(text => OptionParser.Parse(text.Split(' ')));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData("2001:db8::1")]
    public void Subnet_AsPrinted_IsReadBackAsTheSame(string address)
    {
        Random random = new(7);
        for (int i = 0; i < 1000; i++)
        {
            int first = random.Next(1, 65536);
            string text = address.Contains(':')
                ? $"[{address}/{random.Next(129)}]:{first}-{random.Next(first, 65536)}"
                : $"{address}/{random.Next(33)}:{first}-{random.Next(first, 65536)}";
            Assert.True(SubnetSyntax.Parse(text).TryLiteral(exclude: false, out Subnet subnet));
            Assert.True(SubnetSyntax.Parse(subnet.ToString()).TryLiteral(exclude: false, out Subnet again));
            Assert.Equal(subnet, again);
        }
    }

    private static void ReadsOrRefuses(Func<string, object?> read)
    {
        Random random = new(2);
        int accepted = 0;
        for (int i = 0; i < Rounds; i++)
        {
            string text = "";
            for (int words = random.Next(7); words > 0; words--)
            {
                text += Words[random.Next(Words.Length)];
            }

            try
            {
                read(text);
                accepted++;
            }
            catch (Fatal fatal)
            {
                Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
            }
        }

        Assert.InRange(accepted, 1, Rounds - 1);
    }
}
