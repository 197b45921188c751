using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Threading;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

/// <summary>A network namespace of a test, removed with it. Those of test runs that died are removed by the next.</summary>
internal sealed partial class NetNs : IDisposable
{
    private const string Prefix = "fw-";
    private static int count;

    static NetNs()
    {
        foreach (string path in Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns", Prefix + "*") : [])
        {
            string[] words = Path.GetFileName(path).Split('-');
            if (words.Length == 3 && !Directory.Exists($"/proc/{words[1]}"))
            {
                Command.Run("ip", ["netns", "del", Path.GetFileName(path)]);
            }
        }
    }

    public NetNs()
    {
        Name = $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
        Command.MustRun("ip", ["netns", "add", Name]);
        MustRun("ip", "link", "set", "lo", "up");
    }

    public string Name { get; }

    public Answer Run(IReadOnlyList<string> argv, string? input = null) =>
        Command.Run("ip", ["netns", "exec", Name, .. argv], input);

    public string MustRun(params string[] argv) => Command.MustRun("ip", ["netns", "exec", Name, .. argv]);

    public void Feed(string input, params string[] argv)
    {
        Answer answer = Run(argv, input);
        Assert.True(answer.Succeeded, $"{string.Join(' ', argv)}: {answer.Errors}\n{input}");
    }

    /// <summary>Joins two namespaces by a cable and gives each end its addresses, with their widths.</summary>
    public static void Join(NetNs left, string[] leftAddresses, NetNs right, string[] rightAddresses)
    {
        string leftEnd = $"v{Interlocked.Increment(ref count)}";
        string rightEnd = leftEnd + "p";
        Command.MustRun("ip", ["-n", left.Name, "link", "add", leftEnd, "type", "veth", "peer", "name", rightEnd, "netns", right.Name]);
        foreach ((NetNs side, string end, string[] addresses) in new[] { (left, leftEnd, leftAddresses), (right, rightEnd, rightAddresses) })
        {
            foreach (string address in addresses)
            {
                string[] noDetection = address.Contains(':') ? ["nodad"] : [];
                side.MustRun(["ip", "addr", "add", address, "dev", end, .. noDetection]);
            }

            side.MustRun("ip", "link", "set", end, "up");
        }
    }

    /// <summary>All rules of all tools, without counters and times, and all of routing.</summary>
    public string Rules()
    {
        string[][] tools =
        [
            ["nft", "list", "ruleset"], ["iptables-save"], ["ip6tables-save"], ["iptables-legacy-save"], ["ip6tables-legacy-save"],
            ["ip", "-4", "rule"], ["ip", "-6", "rule"], ["ip", "-4", "route", "show", "table", "all"], ["ip", "-6", "route", "show", "table", "all"],
        ];
        return string.Join('\n', tools.SelectMany(argv => Run(argv).Output.Split('\n').Prepend($"== {argv[0]}"))
            .Where(line => !line.StartsWith('#'))
            .Select(WithoutCounters));
    }

    /// <summary>Runs on a thread that is inside the namespace; sockets made there stay inside.</summary>
    public T Inside<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                const int CLONE_NEWNET = 0x40000000;
                int fd = open($"/run/netns/{Name}", 0);
                Assert.Equal(0, setns(fd, CLONE_NEWNET));
                _ = close(fd);
                result = action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    public void Dispose() => Command.Run("ip", ["netns", "del", Name]);

    private static string WithoutCounters(string line)
    {
        int at = line.IndexOf(" [", StringComparison.Ordinal);
        return line.StartsWith(':') && at > 0 ? line[..at] : line;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int setns(int fd, int kind);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}

/// <summary>Runs commands for tests.</summary>
internal static class Command
{
    public static Answer Run(string program, IReadOnlyList<string> arguments, string? input = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        using Process process = Process.Start(start)!;
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        System.Threading.Tasks.Task<string> output = process.StandardOutput.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input ?? "");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it; its status tells why.
        }

        process.WaitForExit();
        return new Answer(process.ExitCode, output.Result, errors.Result);
    }

    public static string MustRun(string program, IReadOnlyList<string> arguments)
    {
        Answer answer = Run(program, arguments);
        Assert.True(answer.Succeeded, $"{program} {string.Join(' ', arguments)}: {answer.Errors}");
        return answer.Output;
    }
}
