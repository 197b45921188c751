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
    private readonly Process process;
    private readonly Task readers;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly object gate = new();

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

        process = Process.Start(start) ?? throw new InvalidOperationException("nsenter did not start");
        readers = Task.WhenAll(
            Task.Run(() => Collect(process.StandardOutput, output)),
            Task.Run(() => Collect(process.StandardError, error)));
    }

    /// <summary>What the command has written so far.</summary>
    public string Output => Text(output);

    /// <summary>What it has written to stderr so far.</summary>
    public string Error => Text(error);

    /// <summary>True when it has ended.</summary>
    public bool Ended => process.HasExited;

    /// <summary>Writes to its stdin.</summary>
    public void Type(string text)
    {
        process.StandardInput.Write(text);
        process.StandardInput.Flush();
    }

    /// <summary>Closes its stdin.</summary>
    public void CloseInput() => process.StandardInput.Close();

    /// <summary>Sends a signal, by its number, to the command if it still runs: nsenter only waits for it.</summary>
    public void Signal(int signal)
    {
        try
        {
            string children = File.ReadAllText($"/proc/{process.Id}/task/{process.Id}/children");
            if (children.Length > 0)
            {
                _ = kill(int.Parse(children.Split(' ')[0], null), signal);
            }
        }
        catch (IOException)
        {
            // It ended before the signal came.
        }
    }

    /// <summary>Waits until stdout or stderr holds a text.</summary>
    public void WaitForText(string text, int seconds = 30)
    {
        Deadline.Until(
            () => Output.Contains(text, StringComparison.Ordinal) || Error.Contains(text, StringComparison.Ordinal) || Ended,
            () => $"'{text}' did not appear", seconds);
        if (Ended)
        {
            readers.Wait(TimeSpan.FromSeconds(5));
        }

        Xunit.Assert.Contains(text, Output + Error, StringComparison.Ordinal);
    }

    /// <summary>Waits for the end.</summary>
    public CommandResult WaitForExit(int seconds = 60)
    {
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            string state = $"still running after {seconds} s\n--- stdout\n{Output}\n--- stderr\n{Error}";
            process.Kill(entireProcessTree: true);
            Xunit.Assert.Fail(state);
        }

        // A process left behind may hold the pipe open: what it writes later is not this command's.
        readers.Wait(TimeSpan.FromSeconds(2));
        return new CommandResult(process.ExitCode, Output, Error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(5000);
        }

        process.Dispose();
    }

    private void Collect(StreamReader from, StringBuilder to)
    {
        char[] buffer = new char[4096];
        try
        {
            for (int length = from.Read(buffer); length > 0; length = from.Read(buffer))
            {
                lock (gate)
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
        lock (gate)
        {
            return from.ToString();
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
