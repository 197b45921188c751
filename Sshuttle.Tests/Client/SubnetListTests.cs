using System;
using System.Collections.Generic;
using System.IO;
using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Client;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Client;

public sealed class SubnetListTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sshuttle-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void CommandLineAndFiles_AreReadInOrder_IncludesFirst()
    {
        string includes = Write("includes", "# mine\n10.2.0.0/16\r\n\n  2001:db8::/32\n");
        string excludes = Write("excludes", "10.2.3.0/24:80-90\n");
        Assert.Equal(
            Make.Subnets("10.1.0.0/16", "10.2.0.0/16", "2001:db8::/32", "10.3.0.0/16", "!10.9.0.0/16", "!10.2.3.0/24 80-90"),
            Load("-x", "10.9.0.0/16", "10.1.0.0/16", "-s", includes, "-X", excludes, "10.3.0.0/16"));
    }

    [Fact]
    public void NameWithAnAddress_IsLookedUp() =>
        Assert.Contains(Make.Subnet("127.0.0.1"), Load("localhost"));

    [Fact]
    public void WrongLine_IsNamed()
    {
        string file = Write("wrong", "10.0.0.0/8\n10.0.0.0/33\n");
        Fatal fatal = Assert.Throws<Fatal>(() => Load("-s", file));
        Assert.StartsWith(file + ":2: ", fatal.Message, StringComparison.Ordinal);
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
    }

    [Fact]
    public void MissingFile_IsNamed() => Assert.Equal(
        $"Unable to open subnet file {folder}/none: it does not exist", Assert.Throws<Fatal>(() => Load("-s", folder + "/none")).Message);

    [Fact]
    public void DirectoryForAFile_IsNamed() => Assert.Equal(
        $"Unable to open subnet file {folder}: it cannot be read", Assert.Throws<Fatal>(() => Load("-s", folder)).Message);

    [Fact]
    public void EmptyFile_IsNoSubnets() => Assert.Equal(
        Options.NoSubnets().Message, Assert.Throws<Fatal>(() => Load("-s", Write("empty", "# none\n"))).Message);

    private string Write(string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static List<Subnet> Load(params string[] words) => SubnetList.Load(OptionParser.Parse(words));
}
