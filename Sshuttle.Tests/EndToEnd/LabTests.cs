using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>The lab keeps its promises, and the program that everybody knows works in it.</summary>
public sealed class LabTests(Lab lab) : IClassFixture<Lab>
{
    [RootFact]
    public void Target_IsReachedFromTheServerOnly()
    {
        Assert.Contains("Hello", lab.Server.Run("curl -s http://target/ http://[2001:db8:2::2]/").Succeeded(), StringComparison.Ordinal);
        Assert.Equal(28, lab.Client.Run("curl -s -m 1 http://target/").Status);
        Assert.Equal(28, lab.Client.Run("curl -s -m 1 http://[2001:db8:2::2]/").Status);
    }

    [RootTheory]
    [InlineData("server")]
    [InlineData("server6")]
    [InlineData("-p 2222 server")]
    [InlineData("remote-tcsh@server")]
    [InlineData("remote-fish@server")]
    public void Client_LogsIn(string destination) =>
        Assert.Equal("server\n", lab.Client.RunAs("local", $"ssh {destination} hostname").Succeeded());

    [RootFact]
    public void PythonProgram_CarriesTraffic()
    {
        using Tunnel tunnel = Tunnel.StartOther(
            lab, "local", "/usr/bin/sshuttle", "--method", "nat", "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        Assert.Contains("Hello", lab.Client.Run("curl -s http://target/ http://[2001:db8:2::2]/").Succeeded(), StringComparison.Ordinal);
        Assert.Equal("198.51.100.1\n", lab.Client.Run("nc -N target 21 </dev/null").Succeeded());
        tunnel.Stop();
    }
}
