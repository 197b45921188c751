using System;
using System.IO;

namespace Sshuttle.Tests.EndToEnd;

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
