using System;
using System.IO;
using System.Runtime.CompilerServices;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>Compares text with a file of <c>Golden/firewall/</c>; UPDATE_GOLDEN=1 writes the file instead.</summary>
internal static class Golden
{
    public static void Check(string name, string actual, [CallerFilePath] string source = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(source)!, "..", "Golden", "firewall", name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "(no such file)", actual);
    }
}
