using System;
using System.IO;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>The built file itself: small, alone, and clear about bad input.</summary>
public sealed class BinaryTests(Lab lab) : IClassFixture<Lab>
{
    [RootFact]
    public void File_IsSmallAndNeedsNothing()
    {
        Assert.InRange(new FileInfo(Lab.Binary).Length, 1, 3 << 20);
        string version = lab.Client.Run(
            $"mkdir /run/empty && cp {lab.Sshuttle} /run/empty/s && chroot /run/empty /s --version; rm -r /run/empty").Succeeded();
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", version);
    }

    [RootTheory]
    [InlineData("")]
    [InlineData("-r server")]
    [InlineData("--no-such-option -r server 0/0")]
    [InlineData("-r server 198.51.100.2:90-80")]
    [InlineData("-r server 198.51.100.2:70000")]
    [InlineData("-r server 198.51.100.2/33")]
    [InlineData("-r server 198.51.100.0/255.255.255.0")]
    [InlineData("-r server nosuchhost.example")]
    [InlineData("-r -oProxyCommand=touch${IFS}/run/owned 0/0")]
    [InlineData("--remote=-oProxyCommand=touch${IFS}/run/owned 0/0")]
    [InlineData("-r u@-oProxyCommand=touch${IFS}/run/owned 0/0")]
    [InlineData("-r $'ser\\nver' 0/0")]
    [InlineData("-r $'ser\\033ver' 0/0")]
    [InlineData("-r server:99999 0/0")]
    [InlineData("-s /no/such/file -r server")]
    [InlineData("--method nosuch -r server 0/0")]
    public void BadInput_EndsWithStatus2(string arguments)
    {
        CommandResult result = lab.Client.RunAs("local", $"{lab.Sshuttle} {arguments}", 20);
        Assert.True(result.Status == 2, $"status {result.Status}\n{result.Output}{result.Error}");
        Assert.Matches(@"(?s)sshuttle: error: .+\n$", result.Error);
        Assert.DoesNotContain('\x1b', result.Error);
        Assert.NotEqual(0, lab.Client.Run("ls /run/owned").Status);
    }

    [RootFact]
    public void ShorthandThatMeansSomethingElse_IsExplained()
    {
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-r", "server", "10/8", "198.51.100/24", "198.51.100.0/24");
        Assert.Contains("0.0.0.10/8", tunnel.Process.Error, StringComparison.Ordinal);
        Assert.Contains("10.0.0.0/8", tunnel.Process.Error, StringComparison.Ordinal);
    }
}
