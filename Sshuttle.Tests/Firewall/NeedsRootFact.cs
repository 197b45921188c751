using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>A test that changes rules in network namespaces. Without the means it is skipped, in CI it fails instead.</summary>
internal sealed class NeedsRootFact : FactAttribute
{
    public NeedsRootFact() => Skip = Means.Missing;
}

/// <summary>The same with parameters.</summary>
internal sealed class NeedsRootTheory : TheoryAttribute
{
    public NeedsRootTheory() => Skip = Means.Missing;
}

/// <summary>What the tests with real rules need of the machine.</summary>
internal static class Means
{
    private static readonly string[] Programs = ["ip", "nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy"];

    /// <summary>Why these tests cannot run; null where they can, or where they must.</summary>
    public static string? Missing { get; } = Environment.GetEnvironmentVariable("CI") is null ? Find() : null;

    private static string? Find()
    {
        if (Environment.UserName != "root")
        {
            return "needs root to make network namespaces";
        }

        string[] folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        string[] missing = Programs.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToArray();
        return missing.Length == 0 ? null : $"needs {string.Join(", ", missing)} (apt-get install iproute2 nftables iptables)";
    }
}
