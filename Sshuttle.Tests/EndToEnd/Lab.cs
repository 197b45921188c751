using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>
/// The hosts of lab.sh for one test class: client, server and target. They are gone when this is disposed, and also
/// when the test run dies, since lab.sh then reads the end of its input.
/// </summary>
public class Lab : IDisposable
{
    // Each lab copies and hashes in several processes: more of them only get in each other's way.
    private static readonly SemaphoreSlim Slots = new(2);

    private readonly Process? script;
    private readonly Dictionary<string, LabHost> hosts = [];

    /// <summary>Makes the three hosts.</summary>
    public Lab()
        : this([])
    {
    }

    /// <summary>Makes the three hosts and those named.</summary>
    protected Lab(params string[] extra)
    {
        if (RootTest.Obstacle is not null)
        {
            return;
        }

        Slots.Wait();
        try
        {
            script = Start(extra);
            ReadHosts(script);
            Sshuttle = Path.Combine(Directory, "sshuttle");
            File.Copy(Binary, Sshuttle);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The program under test: SSHUTTLE_BINARY, or ./sshuttle at the top of the source tree.</summary>
    public static string Binary { get; } =
        Environment.GetEnvironmentVariable("SSHUTTLE_BINARY") is { Length: > 0 } path
            ? path
            : Path.Combine(SourceTree.Root, "sshuttle");

    /// <summary>The lab's copy of the program under test, where each user of each host may run it.</summary>
    public string Sshuttle { get; } = "";

    /// <summary>A directory that all hosts share; www/ in it is what the target's web server shows.</summary>
    public string Directory { get; private set; } = "";

    /// <summary>Where sshuttle runs; the server is its default route.</summary>
    public LabHost Client => hosts["client"];

    /// <summary>The ssh server, which forwards no packets.</summary>
    public LabHost Server => hosts["server"];

    /// <summary>Web server and more, reached only from the servers.</summary>
    public LabHost Target => hosts["target"];

    /// <summary>A host that only some labs have.</summary>
    public LabHost this[string name] => hosts[name];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes the hosts.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (script is not null)
        {
            script.StandardInput.Close();
            if (!script.WaitForExit(20000))
            {
                script.Kill(entireProcessTree: true);
            }

            script.Dispose();
        }

        if (RootTest.Obstacle is null)
        {
            Slots.Release();
        }
    }

    private static Process Start(string[] extra)
    {
        ProcessStartInfo start = new()
        {
            FileName = Path.Combine(SourceTree.Root, "Sshuttle.Tests", "EndToEnd", "lab.sh"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("serve");
        foreach (string host in extra)
        {
            start.ArgumentList.Add(host);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("lab.sh did not start");
    }

    private void ReadHosts(Process script)
    {
        for (string? line = script.StandardOutput.ReadLine(); line != "ready"; line = script.StandardOutput.ReadLine())
        {
            switch (line?.Split(' '))
            {
                case ["dir", string directory]:
                    Directory = directory;
                    break;
                case ["host", string name, string pid]:
                    hosts[name] = new LabHost(int.Parse(pid, null));
                    break;
                default:
                    throw new InvalidOperationException("lab.sh could not make the hosts; its messages stand above");
            }
        }
    }
}
