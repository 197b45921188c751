using System.IO;
using System.Runtime.CompilerServices;

namespace Sshuttle.Tests;

/// <summary>Where the sources stand, for tests that read them or run their scripts.</summary>
internal static class SourceTree
{
    /// <summary>The folder that holds Sshuttle/ and Sshuttle.Tests/.</summary>
    public static string Root { get; } = Path.GetDirectoryName(Path.GetDirectoryName(ThisFile()))!;

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
