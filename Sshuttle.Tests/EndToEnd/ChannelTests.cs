using System;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Many channels at once, half-closes, and readers that stall.</summary>
public sealed partial class ChannelTests(Lab lab) : IClassFixture<Lab>
{
    // The budget of the windows is 64 MiB an end; what is not window is small beside it.
    private const int MemoryLimit = 128 << 20;

    [RootTheory]
    [InlineData("echo", "target")]
    [InlineData("echo", "target6")]
    [InlineData("source", "target")]
    [InlineData("source", "target6")]
    public void TwoHundredChannels_LoseNothing(string load, string host)
    {
        using Tunnel tunnel = Start();
        Assert.Contains("ok 200 of 200", Peer($"{load} {host} 200 1000"), StringComparison.Ordinal);
        Assert.Contains("ok 200 of 200", Peer($"{load} {host} 200 2000"), StringComparison.Ordinal);
    }

    [RootFact]
    public void ThreeThousandConnections_AreHeldAndAnswered()
    {
        using Tunnel tunnel = Start();
        Assert.Contains("ok 3000 of 3000", Peer("hold target 3000"), StringComparison.Ordinal);
        Assert.Contains("ok 100 of 100", Peer("hold target6 100"), StringComparison.Ordinal);
    }

    [RootFact]
    public void DescriptorLimit_MakesConnectionsWaitNotFail()
    {
        using Tunnel tunnel = Tunnel.StartOther(
            lab, "local", "prlimit", "--nofile=60:60", lab.Sshuttle, "-r", "server", "198.51.100.0/24");
        Assert.Contains("ok 300 of 300", Peer("echo target 300 1"), StringComparison.Ordinal);
        CommandResult end = tunnel.Stop();
        Assert.Single(end.Error.Split('\n'), static line => line.Contains("warning: new connections wait", StringComparison.Ordinal));
    }

    // The same commands on the server, which needs no tunnel, are the measure.
    [RootTheory]
    [InlineData("seq 100000 | nc -N {0} 7 | sha256sum")]
    [InlineData("nc -N {0} 7 </dev/null | sha256sum")]
    [InlineData("printf '300000 5\\n' | nc -N {0} 19 | sha256sum")]
    [InlineData("(echo 300000 5; sleep 0.3) | nc -N {0} 19 | sha256sum")]
    [InlineData("seq 100000 | nc -N {0} 20")]
    [InlineData("(seq 1000; sleep 0.3; seq 1000) | nc -N {0} 20")]
    public void HalfClose_LooksAsWithoutTunnel(string command)
    {
        using Tunnel tunnel = Start();
        foreach (string host in (string[])["target", "target6"])
        {
            string line = string.Format(CultureInfo.InvariantCulture, command, host);
            Assert.Equal(lab.Server.Run(line).Succeeded(), lab.Client.Run(line).Succeeded());
        }
    }

    [RootFact]
    public void FarEndThatClosesFirst_StillGetsAllThatIsSent()
    {
        using Tunnel tunnel = Start();
        string record = Path.Combine(lab.Directory, "early");
        string answer = lab.Client.Run("(sleep 0.5; seq 200000) | nc -N target 23").Succeeded();
        Assert.Equal("bye\n", answer);
        Deadline.Until(() => File.Exists(record) && File.ReadAllText(record).EndsWith('\n'), () => "the far end did not finish");
        Assert.Equal(
            lab.Client.Run("seq 200000 | wc -c").Succeeded().Trim() + " " + lab.Client.Run("seq 200000 | sha256sum").Succeeded().Split(' ')[0],
            File.ReadAllText(record).Trim());
    }

    [RootFact]
    public void StalledReader_StopsOnlyItself()
    {
        using Tunnel tunnel = Start();
        using LabProcess reader = lab.Client.StartAs("root", $"{lab.Directory}/peer.py", "stall", "target", "1000000000");
        using LabProcess writer = lab.Client.StartAs("root", "bash", "-c", "exec 3<>/dev/tcp/target/9; head -c 1000000000 /dev/zero >&3");
        reader.WaitForText("stalled");
        Assert.Contains("ok 1 of 1", Peer("receive target 200000000 1"), StringComparison.Ordinal);
        Assert.Contains("ok 1 of 1", Peer("send target 200000000 1"), StringComparison.Ordinal);
        Assert.Contains("ok 100 of 100", Peer("echo target6 100 1"), StringComparison.Ordinal);
        AssertSmall(lab.Client, "local");
        AssertSmall(lab.Server, "remote");
    }

    private static void AssertSmall(LabHost host, string user)
    {
        string sizes = host.Run($"for p in $(pgrep -u {user} -f -- /sshuttle); do grep -s VmHWM /proc/$p/status; done").Succeeded();
        MatchCollection found = Kilobytes().Matches(sizes);
        Assert.NotEmpty(found);
        foreach (Match match in found)
        {
            Assert.InRange(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), 1, MemoryLimit / 1024);
        }
    }

    private Tunnel Start() => Tunnel.Start(lab, "local", "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");

    private string Peer(string load) => lab.Client.Run($"{lab.Directory}/peer.py {load}", 180).Succeeded();

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex Kilobytes();
}
