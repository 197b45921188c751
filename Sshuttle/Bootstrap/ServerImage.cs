using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Sshuttle.Base;

namespace Sshuttle.Bootstrap;

/// <summary>A server binary that can be sent: this one, or one for another system that lies beside it.</summary>
/// <param name="Platform"><c>uname -s</c> and <c>uname -m</c> joined by a slash, such as <c>Linux/x86_64</c>.</param>
/// <param name="Path">The file.</param>
/// <param name="Digest">Its SHA-256 in hexadecimal.</param>
public sealed record ServerImage(string Platform, string Path, string Digest)
{
    private static readonly (string Suffix, string Platform)[] Siblings =
    [
        ("linux-x64", "Linux/x86_64"),
        ("linux-arm64", "Linux/aarch64"),
        ("linux-arm", "Linux/armv7l"),
        ("osx-arm64", "Darwin/arm64"),
        ("osx-x64", "Darwin/x86_64"),
        ("freebsd-x64", "FreeBSD/amd64"),
        ("freebsd-arm64", "FreeBSD/arm64"),
    ];

    /// <summary>
    /// This binary and, for each other platform, <c>sshuttle-RID</c> in the same folder where it exists. Files that cannot
    /// be read are left out.
    /// </summary>
    /// <param name="self">The path of the running binary.</param>
    public static List<ServerImage> Find(string self)
    {
        List<ServerImage> images = [];
        AddFile(images, OwnPlatform, self);
        string folder = System.IO.Path.GetDirectoryName(self) ?? "/";
        foreach ((string suffix, string platform) in Siblings)
        {
            if (platform != OwnPlatform)
            {
                AddFile(images, platform, System.IO.Path.Combine(folder, "sshuttle-" + suffix));
            }
        }

        return images;
    }

    private static string OwnPlatform => OperatingSystem.IsLinux()
        ? RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "Linux/x86_64",
            Architecture.Arm64 => "Linux/aarch64",
            _ => "Linux/armv7l",
        }
        : OperatingSystem.IsMacOS()
            ? RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "Darwin/x86_64" : "Darwin/arm64"
            : RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "FreeBSD/amd64" : "FreeBSD/arm64";

    private static void AddFile(List<ServerImage> images, string platform, string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            Sha256 digest = new();
            byte[] buffer = new byte[64 * 1024];
            for (int read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                digest.Add(buffer.AsSpan(0, read));
            }

            images.Add(new ServerImage(platform, path, digest.FinishHex()));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Log.Trace($"no server binary at {path}");
        }
    }
}
