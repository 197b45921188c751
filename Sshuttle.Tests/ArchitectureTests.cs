using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Sshuttle.Tests;

/// <summary>The house has floors: a folder uses only what lies below it, and only some folders touch the world.</summary>
public partial class ArchitectureTests
{
    // From the ground up. Folders of one floor do not see each other.
    private static readonly string[][] Floors =
    [
        ["Base"],
        ["Native"],
        ["Protocol", "Firewall", "Cli", "Dns", "Hosts"],
        ["Net", "Exec"],
        ["Tunnel", "Bootstrap"],
        ["Client", "Server", "Privileged"],
        [""],
    ];

    // The folders that may call the operating system directly.
    private static readonly string[] NativeUsers = ["Native", "Net", "Exec"];

    private static readonly string[] Pure = ["Base", "Protocol", "Firewall", "Cli", "Dns", "Hosts"];

    // They cost size in a native binary, or bring threads into a program that has one loop.
    private static readonly string[] BannedEverywhere =
    [
        "System.Linq", "System.Text.RegularExpressions", "System.Net.Sockets", "System.Reflection",
        "System.Threading.Tasks", "Console", "Regex", "ProcessStartInfo", "async", "await", "Thread", "dynamic",
    ];

    private static readonly string[] BannedInPure =
    [
        "System.IO", "System.Runtime.InteropServices", "DateTime", "DateTimeOffset",
        "Stopwatch", "TimeProvider", "Environment", "File", "Directory", "Random", "Timer",
        "LibraryImport", "DllImport",
    ];

    public static TheoryData<string> Sources() => [.. Files("Sshuttle")];

    public static TheoryData<string> AllSources() => [.. Files("Sshuttle"), .. Files("Sshuttle.Tests")];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Arrow_PointsDown(string file)
    {
        string folder = Folder(file);
        int floor = Array.FindIndex(Floors, names => names.Contains(folder));
        Assert.True(floor >= 0, $"{file}: the folder {folder} has no floor in this test and in the design");
        foreach (string used in Used().Matches(Code(file)).Select(match => match.Groups[1].Value).Distinct())
        {
            int below = Array.FindIndex(Floors, names => names.Contains(used));
            Assert.True(used == folder || (below >= 0 && below < floor), $"{file}: {folder} must not use {used}");
            Assert.True(used != "Native" || NativeUsers.Contains(folder), $"{file}: only Net and Exec use Native");
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void CostlyNames_AreAbsent(string file) => AssertAbsent(file, BannedEverywhere);

    [Theory]
    [MemberData(nameof(Sources))]
    public void PureFolder_DoesNoInputOrOutputAndReadsNoClock(string file)
    {
        if (Pure.Contains(Folder(file)))
        {
            AssertAbsent(file, BannedInPure);
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void PlatformCalls_AreDeclaredInNativeOnly(string file)
    {
        if (Folder(file) != "Native")
        {
            AssertAbsent(file, ["LibraryImport", "DllImport"]);
        }
    }

    [Theory]
    [MemberData(nameof(AllSources))]
    public void File_HoldsTheTypeOfItsNameInItsNamespace(string file)
    {
        string code = Code(file);
        if (!code.Contains("namespace ", StringComparison.Ordinal))
        {
            return;
        }

        string name = Path.GetFileName(file).Split('.')[0];
        Assert.True(
            Regex.IsMatch(code, $@"\b(class|struct|record|enum|interface|delegate [\w<>]+) {name}\b"),
            $"{file} declares no type {name}");
        string wanted = Path.GetDirectoryName(file)!.Replace('/', '.');
        Assert.True(
            wanted.StartsWith("Sshuttle.Native", StringComparison.Ordinal) || code.Contains($"namespace {wanted};", StringComparison.Ordinal),
            $"{file} is not in namespace {wanted}");
    }

    [Theory]
    [MemberData(nameof(AllSources))]
    public void File_IsReadInOneSitting(string file) =>
        Assert.InRange(File.ReadAllLines(Path.Combine(SourceTree.Root, file)).Length, 1, 400);

    private static void AssertAbsent(string file, IEnumerable<string> names)
    {
        string code = Code(file);
        foreach (string name in names)
        {
            Assert.False(
                Regex.IsMatch(code, $@"(?<![\w.])(System\.([A-Z]\w*\.)*)?{Regex.Escape(name)}\b"),
                $"{file}: {name} does not belong in {(Folder(file) is { Length: > 0 } folder ? folder : "Sshuttle")}");
        }
    }

    private static string Folder(string file) => file.Split('/') is [_, var folder, _, ..] ? folder : "";

    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(Path.Combine(SourceTree.Root, project), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(SourceTree.Root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    // What the compiler sees: no comments, and no text between quotes.
    private static string Code(string file) =>
        CommentOrText().Replace(File.ReadAllText(Path.Combine(SourceTree.Root, file)), "\"\"");

    [GeneratedRegex(@"(?<!namespace )\bSshuttle\.([A-Z]\w*)")]
    private static partial Regex Used();

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|@\"([^\"]|\"\")*\"|\"([^\"\\\\\n]|\\\\.)*\"|'([^'\\\\\n]|\\\\[^\n']+|\\\\')'|//[^\n]*|/\\*[\\s\\S]*?\\*/")]
    private static partial Regex CommentOrText();
}
