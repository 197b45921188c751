using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Sshuttle.Tests.Bootstrap;

/// <summary>An account on a server, made of a folder: its home, a TMPDIR, a PATH of its own, and a server to put there.</summary>
internal sealed class RemoteAccount : IDisposable
{
    private static readonly string Platform = Uname("-s") + "/" + Uname("-m");

    public RemoteAccount()
    {
        Root = Directory.CreateTempSubdirectory("sshuttle-test-").FullName;
        Home = Directory.CreateDirectory(Path.Combine(Root, "home")).FullName;
        Temp = Directory.CreateDirectory(Path.Combine(Root, "tmp")).FullName;
        Bin = Directory.CreateDirectory(Path.Combine(Root, "bin")).FullName;
        Environment = new() { ["PATH"] = Bin + ":/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = Home, ["TMPDIR"] = Temp };
        Server = MakeServer("first");
    }

    public string Root { get; }

    public string Home { get; }

    public string Temp { get; }

    /// <summary>The first folder of its PATH.</summary>
    public string Bin { get; }

    public Dictionary<string, string> Environment { get; }

    /// <summary>What stands in for the binary: a script, larger than any pipe, that answers as a server does.</summary>
    public byte[] Server { get; set; }

    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Server));

    public string Images => $"Plan9/mips={new string('0', 64)} {Platform}={Digest} Linux/none={new string('1', 64)}";

    public string Cache => Path.Combine(Home, ".cache", "sshuttle");

    public string Cached => Path.Combine(Cache, Digest);

    /// <summary>The files in a folder and below, relative to it.</summary>
    public static string[] Files(string folder)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
        return Array.ConvertAll(files, file => Path.GetRelativePath(folder, file));
    }

    public static byte[] MakeServer(string name)
    {
        byte[] padding = new byte[200_000];
        new Random(name.Length).NextBytes(padding);
        return Encoding.ASCII.GetBytes(
            $"#!/bin/sh\n[ $1 = --version ] && exit\nprintf '\\0\\0SSHUTTLE0001{name} %s\\n' \"$*\"\nexit 7\n# {Convert.ToBase64String(padding)}\n");
    }

    public static byte[] Compress(byte[] data)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(data);
        }

        return packed.ToArray();
    }

    /// <summary>Puts a shell script into the first folder of the PATH.</summary>
    public void AddProgram(string name, string body) => WriteExecutable(Path.Combine(Bin, name), Encoding.ASCII.GetBytes("#!/bin/sh\n" + body + "\n"));

    public static void WriteExecutable(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        SetMode(path, "700");
    }

#pragma warning disable CA1416 // The tests do not run on Windows.
    /// <summary>Permissions as octal digits.</summary>
    public static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    /// <summary>Sets permissions given as octal digits.</summary>
    public static void SetMode(string path, string octal) => File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
#pragma warning restore CA1416

    /// <summary>Logs in and takes part in what the script asks for, to its end.</summary>
    /// <param name="shell">The shell and its arguments in front of -c.</param>
    /// <param name="prefix">Words in front of the shell.</param>
    public ScriptRun Run(string shell, params string[] prefix)
    {
        using ScriptClient client = new(this, shell, prefix);
        return client.Finish();
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Uname(string option) =>
        Sshuttle.Exec.CommandRunner.Run(["uname", option])?.Output.Trim() ?? "";
}
