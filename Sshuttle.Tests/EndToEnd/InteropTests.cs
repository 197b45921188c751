using System;
using System.IO;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Each end works with the Python program's other end, as Debian packages it.</summary>
public sealed class InteropTests(Lab lab) : IClassFixture<Lab>
{
    // In the place of ssh: whatever command the client wanted run there, it runs the Python program's server.
    private const string PythonServer = """
        #!/bin/sh
        exec ssh server /usr/bin/python3 -c "'import sshuttle.server; sshuttle.server.main(True, 32768, False, None, False)'"
        """;

    // In the place of the remote python: it swallows the program text that the Python client sends, then becomes our
    // server. It reads byte by byte, so as to take nothing of what follows.
    private const string OurServer = """
        #!/usr/bin/python3
        import os, re, sys
        def line():
            text = b""
            while not text.endswith(b"\n"):
                text += os.read(0, 1)
            return text.strip()
        def skip(count):
            while count:
                count -= len(os.read(0, count))
        skip(int(re.search(r"read\((\d+)\)", sys.argv[2]).group(1)))
        while line():
            skip(int(line()))
        os.execv(PATH, [PATH, "--server"])
        """;

    [RootFact]
    public void OurClient_WorksWithThePythonServer()
    {
        string wrapper = Script("python-server", PythonServer);
        using Tunnel tunnel = Tunnel.Start(lab, "local", "-e", wrapper, "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        AssertCarries(20);
    }

    [RootFact]
    public void PythonClient_WorksWithOurServer()
    {
        string shim = Script("our-server", OurServer.Replace("PATH", $"\"{lab.Sshuttle}\"", StringComparison.Ordinal));
        using Tunnel tunnel = Tunnel.StartOther(
            lab, "local", "/usr/bin/sshuttle", "--method", "nat", "--python", shim, "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");
        AssertCarries(1);
    }

    // The Python client resets some connections where many end at once, whichever server it has.
    private void AssertCarries(int atOnce)
    {
        foreach (string host in (string[])["target", "target6"])
        {
            for (int seed = 1; seed <= 3; seed++)
            {
                Assert.Contains($"ok {atOnce} of {atOnce}", Peer($"echo {host} {atOnce} {seed}"), StringComparison.Ordinal);
                Assert.Contains($"ok {atOnce} of {atOnce}", Peer($"source {host} {atOnce} {seed}"), StringComparison.Ordinal);
            }

            Assert.Contains("ok 1 of 1", Peer($"send {host} 20000000 1"), StringComparison.Ordinal);
            Assert.Contains("ok 1 of 1", Peer($"receive {host} 20000000 1"), StringComparison.Ordinal);
        }

        Assert.NotEqual(0, lab.Client.Run("curl -sS -m 20 http://target:81/").Status);
        Assert.StartsWith("Hello", lab.Client.Run("curl -sS -m 20 http://target/").Succeeded(), StringComparison.Ordinal);
    }

    private string Peer(string load) => lab.Client.Run($"{lab.Directory}/peer.py {load}", 120).Succeeded();

    private string Script(string name, string text)
    {
        string path = Path.Combine(lab.Directory, name);
        File.WriteAllText(path, text + "\n");
        lab.Client.Run($"chmod 755 {path}").Succeeded();
        return path;
    }
}
