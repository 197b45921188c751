using System;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Where iptables is the older one that has a lock and its own tables in the kernel.</summary>
public sealed class LegacyIptablesTests(Lab lab) : IClassFixture<Lab>
{
    [RootFact]
    public void OlderIptables_IsUsedAndLeftAsItWas()
    {
        lab.Client.Run(
            """
            for tool in iptables ip6tables; do
                for suffix in '' -save -restore; do
                    ln -sf /usr/sbin/$tool-legacy$suffix /etc/alternatives/$tool$suffix
                done
                $tool -t nat -A OUTPUT -p tcp --dport 4444 -j REDIRECT --to-ports 4445
            done
            """).Succeeded();
        string before = lab.Client.Rules();
        Assert.Contains("4445", before, StringComparison.Ordinal);

        using LabProcess holder = lab.Client.StartAs("root", "flock", "/run/xtables.lock", "sleep", "3");
        using Tunnel tunnel = Tunnel.Start(lab, "local", "--method", "nat", "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS -g -m 20 http://[2001:db8:2::2]/").Succeeded(), StringComparison.Ordinal);
        Assert.Contains("198.51.100.0/24", lab.Client.Run("iptables-legacy-save").Succeeded(), StringComparison.Ordinal);
        tunnel.Stop();
        Assert.Equal(before, lab.Client.Rules());
    }
}
