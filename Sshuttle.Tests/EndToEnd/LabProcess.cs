using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Tasks;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>A command running in a host of the lab. Its output is kept, every wait has a deadline.</summary>
public sealed class LabProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _readers;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly object _lock = new();

    internal LabProcess(IEnumerable<string> command)
    {
        ProcessStartInfo start = new()
        {
            FileName = "nsenter",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string word in command)
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start) ?? throw new InvalidOperationException("nsenter did not start");
        _readers = Task.WhenAll(
            Task.Run(() => Collect(_process.StandardOutput, _output)),
            Task.Run(() => Collect(_process.StandardError, _error)));
    }

    /// <summary>The process id of the command itself, as the test sees it: nsenter only waits for it.</summary>
    public int Id
    {
        get
        {
            string children = File.ReadAllText($"/proc/{_process.Id}/task/{_process.Id}/children");
            return int.Parse(children.Split(' ')[0], null);
        }
    }

    /// <summary>What the command has written so far.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written to stderr so far.</summary>
    public string Error => Text(_error);

    /// <summary>True when it has ended.</summary>
    public bool Ended => _process.HasExited;

    /// <summary>Writes to its stdin.</summary>
    public void Type(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Flush();
    }

    /// <summary>Closes its stdin.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Sends a signal to the command: its number, as in signal(7) for x86.</summary>
    public void Signal(int signal) => _ = kill(Id, signal);

    /// <summary>Waits until stdout or stderr holds a text.</summary>
    public void WaitForText(string text, int seconds = 30)
    {
        Deadline.Until(
            () => Output.Contains(text, StringComparison.Ordinal) || Error.Contains(text, StringComparison.Ordinal) || Ended,
            () => $"'{text}' did not appear", seconds);
        if (Ended)
        {
            _readers.Wait(TimeSpan.FromSeconds(5));
        }

        Xunit.Assert.Contains(text, Output + Error, StringComparison.Ordinal);
    }

    /// <summary>Waits for the end.</summary>
    public CommandResult WaitForExit(int seconds = 60)
    {
        if (!_process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            string state = $"still running after {seconds} s\n--- stdout\n{Output}\n--- stderr\n{Error}";
            _process.Kill(entireProcessTree: true);
            Xunit.Assert.Fail(state);
        }

        // A process left behind may hold the pipe open: what it writes later is not this command's.
        _readers.Wait(TimeSpan.FromSeconds(2));
        return new CommandResult(_process.ExitCode, Output, Error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(5000);
        }

        _process.Dispose();
    }

    private void Collect(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[4096];
        try
        {
            for (int length = from.Read(buffer); length > 0; length = from.Read(buffer))
            {
                lock (_lock)
                {
                    to.Append(buffer, 0, length);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private string Text(StringBuilder from)
    {
        lock (_lock)
        {
            return from.ToString();
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
