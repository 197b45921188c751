using System;
using System.Collections;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Exec;

/// <summary>A child process that lives beside us and talks over descriptors.</summary>
public sealed class Child
{
    private int? exitStatus;

    private Child(int pid) => Pid = pid;

    /// <summary>The process id.</summary>
    public int Pid { get; }

    /// <summary>The caller's whole environment as NAME=value, with replacements and additions in front of nothing else.</summary>
    public static List<string> EnvironmentWith(params (string Name, string Value)[] changes)
    {
        List<string> result = [];
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            string name = (string)entry.Key;
            if (!Array.Exists(changes, change => change.Name == name))
            {
                result.Add($"{name}={entry.Value}");
            }
        }

        foreach ((string name, string value) in changes)
        {
            result.Add($"{name}={value}");
        }

        return result;
    }

    /// <summary>Starts a program.</summary>
    /// <param name="path">The file; found by <see cref="Which"/>.</param>
    /// <param name="argv">All arguments, the name first.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="inherited">Pairs of (our descriptor, the child's number).</param>
    /// <param name="newSession">Whether the child gets a session of its own.</param>
    /// <exception cref="Fatal">It cannot be started.</exception>
    public static Child Start(string path, IReadOnlyList<string> argv, IReadOnlyList<string> environment, ReadOnlySpan<(int Ours, int Theirs)> inherited, bool newSession = false)
    {
        SysResult result = Spawn.Start(path, argv, environment, inherited, newSession);
        return result.Ok ? new Child(result.Value) : throw new Fatal($"cannot start {path}: {Os.ErrorText(result)}");
    }

    /// <summary>The exit status (128 + signal when killed), or null while it runs.</summary>
    public int? TryWait()
    {
        if (exitStatus is null)
        {
            SysResult result = Spawn.WaitFor(Pid, block: false);
            Remember(result);
        }

        return exitStatus;
    }

    /// <summary>Waits for the end and returns the exit status (128 + signal when killed).</summary>
    public int Wait()
    {
        if (exitStatus is null)
        {
            Remember(Spawn.WaitFor(Pid, block: true));
        }

        return exitStatus ?? 0;
    }

    /// <summary>Sends SIGTERM to a child that still runs.</summary>
    public void Terminate() => Signal(LinuxAbi.SIGTERM);

    /// <summary>Sends SIGKILL to a child that still runs.</summary>
    public void Kill() => Signal(LinuxAbi.SIGKILL);

    private void Signal(int signal)
    {
        if (TryWait() is null)
        {
            _ = Sys.Kill(Pid, signal);
        }
    }

    // Somebody else may have reaped it (the runtime does where SIGCHLD was inherited as ignored): the status is lost then.
    private void Remember(SysResult result)
    {
        if (!result.IsAgain)
        {
            exitStatus = result.Ok ? result.Value : 0;
        }
    }
}
