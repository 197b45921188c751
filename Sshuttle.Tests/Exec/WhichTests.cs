using System;
using System.IO;
using Sshuttle.Exec;
using Sshuttle.Tests.Bootstrap;
using Xunit;

namespace Sshuttle.Tests.Exec;

public sealed class WhichTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sshuttle-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void FirstFolderWins()
    {
        RemoteAccount.WriteExecutable(folder + "/a/tool", []);
        RemoteAccount.WriteExecutable(folder + "/b/tool", []);
        Assert.Equal(folder + "/b/tool", Which.Find("tool", $"{folder}/none:{folder}/b:{folder}/a"));
    }

    [Fact]
    public void WhatCannotBeExecuted_IsPassedBy()
    {
        File.WriteAllText(folder + "/tool", "");
        Directory.CreateDirectory(folder + "/a/tool");
        RemoteAccount.WriteExecutable(folder + "/b/tool", []);
        Assert.Equal(folder + "/b/tool", Which.Find("tool", $"{folder}:{folder}/a:{folder}/b"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("::")]
    [InlineData(".:relative")]
    public void FoldersThatAreNotAbsolute_AreNotSearched(string folders) => Assert.Null(Which.Find("sh", folders));

    [Fact]
    public void NameWithASlash_IsAPath()
    {
        Assert.Equal("/bin/sh", Which.Find("/bin/sh"));
        Assert.Null(Which.Find("/etc/passwd"));
        Assert.Null(Which.Find("/no/such"));
    }

    [Fact]
    public void SystemFolders_AreSearchedToo() => Assert.EndsWith("/ip", Which.Find("ip", Which.SystemFolders), StringComparison.Ordinal);
}
