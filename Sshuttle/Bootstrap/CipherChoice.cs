using System;
using System.Collections.Generic;
using System.IO;
using Sshuttle.Cli;
using Sshuttle.Exec;

namespace Sshuttle.Bootstrap;

/// <summary>
/// Asks ssh for AES-GCM first. OpenSSH prefers chacha20-poly1305, which is 1.6 to 3.4 times slower on a CPU with AES
/// instructions; both are as strong. The user's own choice stands: it shows as a difference between ssh's effective
/// configuration and the one without any file.
/// </summary>
public static class CipherChoice
{
    private const string Preferred = "aes128-gcm@openssh.com";
    private const string CiphersKey = "ciphers ";

    /// <summary>What to add to ssh's arguments, and a line that says what was chosen and why.</summary>
    /// <param name="Arguments">Nothing, or an option and its value.</param>
    /// <param name="Explanation">For <c>-v</c>.</param>
    public readonly record struct Result(IReadOnlyList<string> Arguments, string Explanation);

    /// <summary>Asks ssh, where the command is one that can be asked. The answer is waited for by the caller.</summary>
    /// <param name="command">The user's ssh command, split into words.</param>
    /// <param name="remote">Where to.</param>
    /// <returns>Gives the decision; to be called once.</returns>
    public static Func<Result> Begin(IReadOnlyList<string> command, RemoteTarget remote)
    {
        if (Path.GetFileName(command[0]) != "ssh")
        {
            return () => new Result([], $"leaving the cipher to {command[0]}");
        }

        if (!CpuHasAes(TextFile.ReadOrEmpty("/proc/cpuinfo")))
        {
            return () => new Result([], "leaving the cipher to ssh: this CPU has no AES instructions");
        }

        CommandRunner.Pending? effective = CommandRunner.Start(SshCommand.Login([.. command, "-G"], remote));
        CommandRunner.Pending? original = CommandRunner.Start(SshCommand.Login([command[0], "-F", "/dev/null", "-G"], remote));
        return () => Choose(Answer(effective), Answer(original));
    }

    /// <summary>Decides from two outputs of <c>ssh -G</c>.</summary>
    /// <param name="effective">With the user's configuration and arguments.</param>
    /// <param name="original">With none.</param>
    public static Result Choose(string effective, string original)
    {
        string? ciphers = Ciphers(effective);
        if (ciphers is null || ciphers != Ciphers(original))
        {
            return new Result([], $"leaving the cipher to ssh: {(ciphers is null ? "it does not say which it would use" : "its configuration names some")}");
        }

        List<string> order = [.. ciphers.Split(',')];
        if (!order.Remove(Preferred))
        {
            return new Result([], $"leaving the cipher to ssh: it does not know {Preferred}");
        }

        order.Insert(0, Preferred);
        return new Result(["-o", "Ciphers=" + string.Join(',', order)], $"asking ssh for {Preferred} first; --no-cipher-choice leaves it alone");
    }

    /// <summary>Whether /proc/cpuinfo names AES instructions: a word of the line "flags" (x86) or "Features" (arm).</summary>
    public static bool CpuHasAes(string cpuInfo)
    {
        foreach (string line in cpuInfo.Split('\n'))
        {
            if (line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal))
            {
                return Array.IndexOf(line.Split(' '), "aes") >= 0;
            }
        }

        return false;
    }

    private static string? Ciphers(string configuration)
    {
        foreach (string line in configuration.Split('\n'))
        {
            if (line.StartsWith(CiphersKey, StringComparison.Ordinal))
            {
                return line[CiphersKey.Length..].Trim();
            }
        }

        return null;
    }

    private static string Answer(CommandRunner.Pending? asked) =>
        asked?.Finish() is CommandRunner.Result { Status: 0 } result ? result.Output : "";
}
