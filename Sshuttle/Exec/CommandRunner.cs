using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Native;
using Sshuttle.Native.Linux;

namespace Sshuttle.Exec;

/// <summary>Runs one command to its end, feeding its standard input and collecting what it prints.</summary>
public static class CommandRunner
{
    // Arbitrary: no tool that we run has more to say.
    private const int MaxOutput = 16 * 1024 * 1024;

    /// <summary>What a command left behind.</summary>
    /// <param name="Status">Exit status, or 128 + signal.</param>
    /// <param name="Output">Standard output as UTF-8 text, at most 16 MiB.</param>
    /// <param name="Error">Standard error likewise.</param>
    public readonly record struct Result(int Status, string Output, string Error);

    /// <summary>Runs a program; the first word is a path or is searched for by <see cref="Which"/>.</summary>
    /// <param name="argv">All arguments, the name first.</param>
    /// <param name="input">Text for standard input; null gives an empty one.</param>
    /// <param name="environment">NAME=value; null hands on ours.</param>
    /// <returns>Null where the program does not exist.</returns>
    /// <exception cref="Fatal">It exists but cannot be started.</exception>
    public static Result? Run(IReadOnlyList<string> argv, string? input = null, IReadOnlyList<string>? environment = null)
    {
        if (Which.Find(argv[0]) is not string path)
        {
            return null;
        }

        return new Pending(path, argv, environment).Finish(input);
    }

    /// <summary>
    /// Starts a program with no input whose output is wanted later. Null where it does not exist. What it prints must fit
    /// into a pipe (64 KiB), or it waits.
    /// </summary>
    /// <param name="argv">All arguments, the name first.</param>
    /// <exception cref="Fatal">It exists but cannot be started.</exception>
    public static Pending? Start(IReadOnlyList<string> argv) =>
        Which.Find(argv[0]) is string path ? new Pending(path, argv, null) : null;

    /// <summary>Runs a program for what it prints; null where it does not exist or fails.</summary>
    /// <param name="argv">All arguments, the name first.</param>
    public static byte[]? RunBinary(IReadOnlyList<string> argv)
    {
        using MemoryStream output = new();
        using MemoryStream error = new();
        return Which.Find(argv[0]) is string path && new Pending(path, argv, null).Finish(null, output, error) == 0 ? output.ToArray() : null;
    }

    /// <summary>A command that runs.</summary>
    public sealed class Pending
    {
        private readonly Child child;
        private readonly int input;
        private readonly int output;
        private readonly int error;

        internal Pending(string path, IReadOnlyList<string> argv, IReadOnlyList<string>? environment)
        {
            if (!Sys.Pipe(out int inRead, out input).Ok || !Sys.Pipe(out output, out int outWrite).Ok ||
                !Sys.Pipe(out error, out int errWrite).Ok)
            {
                throw new Fatal($"cannot run {argv[0]}: no descriptor is left");
            }

            child = Child.Start(path, argv, environment ?? Child.EnvironmentWith(), [(inRead, 0), (outWrite, 1), (errWrite, 2)]);
            Sys.Close(inRead);
            Sys.Close(outWrite);
            Sys.Close(errWrite);
        }

        /// <summary>Waits for the end; once only.</summary>
        /// <param name="text">Text for standard input; null gives an empty one.</param>
        public Result Finish(string? text = null)
        {
            using MemoryStream printed = new();
            using MemoryStream complained = new();
            int status = Finish(text, printed, complained);
            return new Result(status, Text(printed), Text(complained));
        }

        internal int Finish(string? text, MemoryStream printed, MemoryStream complained)
        {
            Exchange(Encoding.UTF8.GetBytes(text ?? ""), input, (output, printed), (error, complained));
            return child.Wait();
        }
    }

    private static void Exchange(ReadOnlySpan<byte> input, int inWrite, (int Fd, MemoryStream Into) output, (int Fd, MemoryStream Into) error)
    {
        _ = Sys.SetNonBlocking(inWrite, true);
        byte[] buffer = new byte[16 * 1024];
        Span<PollFd> fds =
        [
            new PollFd { Fd = inWrite, Events = LinuxAbi.POLLOUT },
            new PollFd { Fd = output.Fd, Events = LinuxAbi.POLLIN },
            new PollFd { Fd = error.Fd, Events = LinuxAbi.POLLIN },
        ];
        while (fds[1].Fd >= 0 || fds[2].Fd >= 0)
        {
            if (fds[0].Fd >= 0)
            {
                SysResult written = input.Length == 0 ? default : Sys.Write(inWrite, input);
                input = written.Ok ? input[written.Value..] : input;
                if (input.Length == 0 || (!written.Ok && !written.IsAgain))
                {
                    CloseEntry(ref fds[0]);
                }
            }

            _ = Sys.Poll(fds, -1);
            Collect(ref fds[1], buffer, output.Into);
            Collect(ref fds[2], buffer, error.Into);
        }

        CloseEntry(ref fds[0]);
    }

    private static void Collect(ref PollFd entry, byte[] buffer, MemoryStream into)
    {
        if (entry.Fd < 0 || entry.Revents == 0)
        {
            return;
        }

        SysResult result = Sys.Read(entry.Fd, buffer);
        if (!result.Ok || result.Value == 0)
        {
            CloseEntry(ref entry);
        }
        else if (into.Length < MaxOutput)
        {
            into.Write(buffer, 0, result.Value);
        }
    }

    private static void CloseEntry(ref PollFd entry)
    {
        if (entry.Fd >= 0)
        {
            Sys.Close(entry.Fd);
            entry.Fd = -1;
        }
    }

    private static string Text(MemoryStream stream) => Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
}
