using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class OptionParserTests
{
    [Fact]
    public void Defaults()
    {
        Options options = Parse("0/0");
        Assert.Equal(Role.Client, options.Role);
        Assert.Equal("0/0", Items(options.Includes));
        Assert.Empty(options.Excludes);
        Assert.Null(options.Remote);
        Assert.Empty(options.Listen);
        Assert.Equal(["ssh"], options.SshCommand);
        Assert.Equal(0, options.Verbosity);
        Assert.Equal("auto", options.Method);
        Assert.Null(options.Udp);
        Assert.Null(options.User);
        Assert.Null(options.Group);
        Assert.Null(options.Mark);
        Assert.False(options.Ipv6Disabled);
        Assert.True(options.LatencyControl);
        Assert.Null(options.LatencyBufferSize);
        Assert.True(options.CommandDelimiter);
        Assert.False(options.DryRun);
    }

    [Theory]
    [InlineData("-r host 0/0")]
    [InlineData("-rhost 0/0")]
    [InlineData("-r=host 0/0")]
    [InlineData("-vr host 0/0")]
    [InlineData("-vvrhost 0/0")]
    [InlineData("-vr=host 0/0")]
    [InlineData("0/0 -r host")]
    [InlineData("--remote host 0/0")]
    [InlineData("--remote=host 0/0")]
    [InlineData("--rem host 0/0")]
    [InlineData("--r=host 0/0")]
    [InlineData("-r other -r host 0/0")]
    [InlineData("-r - 0/0 -r host")]
    [InlineData("-r host -- 0/0")]
    public void Remote_IsFoundInAllItsForms(string line)
    {
        Options options = Parse(line);
        Assert.Equal("host", options.Remote?.Host);
        Assert.Equal("0/0", Items(options.Includes));
    }

    [Theory]
    [InlineData("-r", "-")]
    [InlineData("-r", "")]
    [InlineData("--remote=", "-v")]
    [InlineData("--remote=-", "-v")]
    [InlineData("-rhost", "-r-")]
    public void EmptyRemote_IsNone(params string[] words) =>
        Assert.Null(OptionParser.Parse([.. words, "0/0"]).Remote);

    [Theory]
    [InlineData("10.1.0.0/16 -r h 10.2.0.0/16 -v ::/0", "10.1.0.0/16 10.2.0.0/16 ::/0", "")]
    [InlineData("-s a 10.1.0.0/16 -s b", "<a 10.1.0.0/16 <b", "")]
    [InlineData("-sa -X x -x 1.2.3.4 -Xy", "<a", "<x 1.2.3.4 <y")]
    [InlineData("--subnets=a --exclude 1.2.3.4 --exclude-from=x", "<a", "1.2.3.4 <x")]
    [InlineData("-x 1.2.3.4 -- h1 h2", "h1 h2", "1.2.3.4")]
    public void Subnets_StandAnywhereAndKeepTheirOrder(string line, string includes, string excludes)
    {
        Options options = Parse(line);
        Assert.Equal((includes, excludes), (Items(options.Includes), Items(options.Excludes)));
    }

    [Theory]
    [InlineData("-t 1", 0x1u)]
    [InlineData("-t0x01", 0x1u)]
    [InlineData("--tmark=0XfF", 0xffu)]
    [InlineData("--tmark 10", 0x10u)]
    [InlineData("--tm ffffffff", 0xffffffffu)]
    public void Mark_IsHexadecimal(string line, uint mark) => Assert.Equal(mark, Parse(line + " 0/0").Mark);

    [Theory]
    [InlineData("on", UdpMode.On)]
    [InlineData("off", UdpMode.Off)]
    [InlineData("reject", UdpMode.Reject)]
    public void UdpMode_IsRead(string word, UdpMode mode)
    {
        Options options = Parse($"--udp {word} --user me --group 100 --method tproxy 0/0");
        Assert.Equal((mode, "me", "100", "tproxy"), (options.Udp, options.User, options.Group, options.Method));
    }

    [Theory]
    [InlineData("0/0", 0)]
    [InlineData("-v 0/0", 1)]
    [InlineData("-vv 0/0", 2)]
    [InlineData("-v 0/0 --verbose --verb", 3)]
    [InlineData("-vvvvv 0/0", 3)]
    public void Verbosity_Counts(string line, int expected) => Assert.Equal(expected, Parse(line).Verbosity);

    [Fact]
    public void EveryOtherOption_ReachesItsProperty()
    {
        Options options = OptionParser.Parse(
        [
            "-e", "ssh -F 'my config'", "--method", "nft", "--disable-ipv6", "--no-latency-control",
            "--latency-buffer-size", "65536", "--no-cmd-delimiter", "--no-cipher-choice", "--tunnels", "4", "--dry-run", "-l", "1,[::]:2", "--listen=3", "0/0",
        ]);
        Assert.Equal(["ssh", "-F", "my config"], options.SshCommand);
        Assert.Equal("nft", options.Method);
        Assert.True(options.Ipv6Disabled);
        Assert.False(options.LatencyControl);
        Assert.Equal(65536, options.LatencyBufferSize);
        Assert.False(options.CommandDelimiter);
        Assert.False(options.CipherChoice);
        Assert.Equal(4, options.Tunnels);
        Assert.True(options.DryRun);
        Assert.Equal(3, options.Listen.Count);
    }

    [Theory]
    [InlineData("--firewall", Role.Firewall)]
    [InlineData("-v --method nft --firewall", Role.Firewall)]
    [InlineData("--guard", Role.Guard)]
    [InlineData("--server -vv --no-latency-control", Role.Server)]
    [InlineData("-V", Role.Version)]
    [InlineData("--version", Role.Version)]
    [InlineData("-vV --nonsense", Role.Version)]
    [InlineData("-h", Role.Help)]
    [InlineData("--help --nonsense", Role.Help)]
    [InlineData("--firewall --help", Role.Help)]
    public void Role_IsChosen(string line, Role role) => Assert.Equal(role, Parse(line).Role);

    [Theory]
    [InlineData("", "no subnets given")]
    [InlineData("-r host", "no subnets given")]
    [InlineData("-r host -x 1.2.3.4", "no subnets given")]
    [InlineData("--nonsense 0/0", "there is no option --nonsense")]
    [InlineData("--nonsense=1 0/0", "there is no option --nonsense")]
    [InlineData("--remotes h 0/0", "there is no option --remotes")]
    [InlineData("-z 0/0", "there is no option -z")]
    [InlineData("-vz 0/0", "there is no option -z in -vz")]
    [InlineData("-é 0/0", "there is no option -é")]
    [InlineData("--s x 0/0", "--s could be --subnets or --ssh-cmd")]
    [InlineData("--no 0/0", "--no could be --no-cmd-delimiter, --no-cipher-choice or --no-latency-control")]
    [InlineData("--exclude-f", "-X/--exclude-from needs a value, FILE")]
    [InlineData("--ser 0/0", "there is no option --ser")]
    [InlineData("0/0 -r", "-r/--remote needs a value")]
    [InlineData("0/0 -r -v", "-r/--remote needs a value")]
    [InlineData("0/0 --remote --verbose", "-r/--remote needs a value")]
    [InlineData("0/0 -vr --", "-r/--remote needs a value")]
    [InlineData("0/0 --remote=-x", "may begin with '-'")]
    [InlineData("0/0 --verbose=3", "-v/--verbose takes no value")]
    [InlineData("0/0 -v3", "there is no option -3 in -v3")]
    [InlineData("0/0 --method pfx", "--method: 'pfx' is not one of auto, nat, nft, tproxy")]
    [InlineData("0/0 --udp maybe", "--udp: 'maybe' is not one of on, off, reject")]
    [InlineData("0/0 --user=", "--user: the name is empty")]
    [InlineData("0/0 --group=", "--group: the name is empty")]
    [InlineData("0/0 -t 0", "-t/--tmark '0': give a hexadecimal number from 0x1 to 0xffffffff")]
    [InlineData("0/0 --tmark 0x", "-t/--tmark '0x': give")]
    [InlineData("0/0 --tmark 0x1x", "-t/--tmark '0x1x': give")]
    [InlineData("0/0 --tmark 100000000", "-t/--tmark '100000000': give")]
    [InlineData("0/0 --tmark +1", "-t/--tmark '+1': give")]
    [InlineData("0/0 --method=", "--method: '' is not one of")]
    [InlineData("0/0 --tunnels 0", "give a number from 1 to 16")]
    [InlineData("0/0 --tunnels 17", "give a number from 1 to 16")]
    [InlineData("0/0 --tunnels two", "give a number from 1 to 16")]
    [InlineData("0/0 --latency-buffer-size 0", "not a number of bytes")]
    [InlineData("0/0 --latency-buffer-size=-5", "not a number of bytes")]
    [InlineData("0/0 --latency-buffer-size 32k", "not a number of bytes")]
    [InlineData("0/0 --latency-buffer-size 99999999999", "not a number of bytes")]
    [InlineData("0/0 --ssh-cmd=", "the command is empty")]
    [InlineData("0/0 -e ssh'", "a quote is not closed")]
    [InlineData("0/0 -l ::1", "-l '::1'")]
    [InlineData("0/0 -x 1.2.3.4/33", "/33 is not between 0 and 32")]
    [InlineData("0/0 -", "'-' is not a subnet")]
    [InlineData("--firewall 0/0", "internal roles take no subnets")]
    [InlineData("0/0 --firewall", "internal roles take no subnets")]
    [InlineData("--firewall -s file", "internal roles take no subnets")]
    [InlineData("--guard -x 1.2.3.4", "internal roles take no subnets")]
    [InlineData("--server 0/0", "internal roles take no subnets")]
    [InlineData("--server --firewall", "only one of the internal roles")]
    public void BadLine_IsUsageErrorInOneLine(string line, string reason)
    {
        Fatal fatal = Assert.Throws<Fatal>(() => Parse(line));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
        Assert.Contains(reason, fatal.Message);
        Assert.DoesNotContain('\n', fatal.Message);
    }

    [Theory]
    [InlineData("0/0 -- -v")]
    [InlineData("-- 0/0 -r host")]
    [InlineData("-- 0/0 --")]
    public void OptionBehindDoubleDash_IsTakenForSubnet(string line) =>
        Assert.Contains("is not a subnet", Assert.Throws<Fatal>(() => Parse(line)).Message);

    [Fact]
    public void EmptyWord_IsNoSubnet() => Assert.Throws<Fatal>(() => OptionParser.Parse(["", "0/0"]));

    private static Options Parse(string line) =>
        OptionParser.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Items(IReadOnlyList<SubnetItem> items)
    {
        List<string> texts = [];
        foreach (SubnetItem item in items)
        {
            texts.Add(item.Subnet?.Text ?? "<" + item.FileName);
        }

        return string.Join(' ', texts);
    }
}
