using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Sshuttle.Firewall;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Privileged;

/// <summary>A running helper in a namespace, with this test as its client.</summary>
internal sealed class Helper : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Process process;
    private readonly StringBuilder errors = new();
    private readonly System.Threading.Tasks.Task reading;

    public Helper(NetNs net, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "sshuttle");
        ProcessStartInfo start = new("ip", ["netns", "exec", net.Name, program, "--firewall", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = Process.Start(start)!;
        reading = System.Threading.Tasks.Task.Run(() =>
        {
            while (process.StandardError.ReadLine() is { } line)
            {
                lock (errors)
                {
                    errors.AppendLine(line);
                }
            }
        });
    }

    public int Id => process.Id;

    /// <summary>The guards of this helper.</summary>
    public int[] Guards => File.ReadAllText($"/proc/{Id}/task/{Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(int.Parse).Where(pid => File.ReadAllText($"/proc/{pid}/cmdline").Contains("--guard")).ToArray();

    public string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString();
            }
        }
    }

    public FirewallReply Read()
    {
        System.Threading.Tasks.Task<string?> line = process.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(Patience), $"no answer from the helper: {Errors}");
        return line.Result is null ? throw new EndOfStreamException(Errors) : FirewallWire.ParseReply(line.Result);
    }

    public void Send(string text)
    {
        process.StandardInput.Write(text);
        process.StandardInput.Flush();
    }

    public void Send(FirewallRequest request) => Send(Encoding.ASCII.GetString(FirewallWire.Request(request)));

    /// <summary>Waits for READY, asks, waits for STARTED.</summary>
    public void Start(FirewallRequest request)
    {
        Assert.Equal(FirewallReplyKind.Ready, Read().Kind);
        Send(request);
        Assert.Equal(new FirewallReply(FirewallReplyKind.Started, ""), Read());
    }

    public void Close() => process.StandardInput.Close();

    public void Signal(string signal) => Signal(Id, signal);

    public static void Signal(int pid, string signal) => Command.MustRun("kill", [$"-{signal}", $"{pid}"]);

    public int Wait()
    {
        Assert.True(process.WaitForExit(Patience), $"the helper does not end: {Errors}");

        // The guard holds the same pipe: its end is the end of everything.
        Assert.True(reading.Wait(Patience), "the guard does not end");
        return process.ExitCode;
    }

    public static void Eventually(Func<string> actual, string expected)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (actual() != expected && clock.Elapsed < Patience)
        {
            Thread.Sleep(50);
        }

        Assert.Equal(expected, actual());
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }
}
