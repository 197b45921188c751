using System;
using System.IO;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>
/// A test that needs root and the built binary. Elsewhere it is skipped with the reason, but not where CI is set:
/// there everything must be at hand, so it runs and fails.
/// </summary>
public sealed class RootFactAttribute : FactAttribute
{
    /// <summary>Skips where the test cannot run.</summary>
    public RootFactAttribute() => Skip = RootTest.Obstacle;
}

/// <summary>The same for a test with rows of data.</summary>
public sealed class RootTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where the test cannot run.</summary>
    public RootTheoryAttribute() => Skip = RootTest.Obstacle;
}

/// <summary>What stands between this run and the tests that need root.</summary>
internal static class RootTest
{
    /// <summary>The reason to skip, or null.</summary>
    public static string? Obstacle { get; } = Find();

    private static string? Find()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            return null;
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return "needs root, to make hosts out of namespaces";
        }

        return File.Exists(Lab.Binary) ? null : "needs the binary: run 'make' first";
    }
}
