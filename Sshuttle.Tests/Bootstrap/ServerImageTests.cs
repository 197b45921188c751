using System;
using System.Collections.Generic;
using System.IO;
using Sshuttle.Bootstrap;
using Sshuttle.Exec;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public sealed class ServerImageTests : IDisposable
{
    private const string DigestOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private readonly string folder = Directory.CreateTempSubdirectory("sshuttle-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void OwnBinary_IsForThisPlatform()
    {
        File.WriteAllText(folder + "/sshuttle", "abc");
        string platform = Uname("-s") + "/" + Uname("-m");
        Assert.Equal([new ServerImage(platform, folder + "/sshuttle", DigestOfAbc)], ServerImage.Find(folder + "/sshuttle"));
    }

    [Fact]
    public void Siblings_AreOffered_ButForOtherPlatformsOnly()
    {
        foreach (string name in (string[])["sshuttle", "sshuttle-linux-x64", "sshuttle-linux-arm64", "sshuttle-osx-arm64", "sshuttle-freebsd-x64", "sshuttle-other"])
        {
            File.WriteAllText($"{folder}/{name}", "abc");
        }

        List<ServerImage> images = ServerImage.Find(folder + "/sshuttle");
        Assert.Contains(new ServerImage("Darwin/arm64", folder + "/sshuttle-osx-arm64", DigestOfAbc), images);
        Assert.Contains(new ServerImage("FreeBSD/amd64", folder + "/sshuttle-freebsd-x64", DigestOfAbc), images);
        Assert.Equal(4, images.Count);
        Assert.Equal(4, new HashSet<string>(images.ConvertAll(image => image.Platform)).Count);
    }

    [Fact]
    public void MissingBinary_IsLeftOut() => Assert.Empty(ServerImage.Find(folder + "/sshuttle"));

    private static string Uname(string option) => CommandRunner.Run(["uname", option])!.Value.Output.Trim();
}
