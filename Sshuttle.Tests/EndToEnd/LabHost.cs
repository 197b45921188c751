using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>One host of the lab, in which commands run as root or as one of its users.</summary>
public sealed partial class LabHost
{
    private const string Path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly int pid;

    internal LabHost(int firstProcess) => pid = firstProcess;

    /// <summary>Runs a shell command as root to its end.</summary>
    public CommandResult Run(string command, int seconds = 60) => RunAs("root", command, seconds);

    /// <summary>Runs a shell command as a user to its end.</summary>
    public CommandResult RunAs(string user, string command, int seconds = 60)
    {
        using LabProcess process = StartAs(user, "bash", "-c", command);
        process.CloseInput();
        return process.WaitForExit(seconds);
    }

    /// <summary>Starts a command, given as words, as a user.</summary>
    public LabProcess StartAs(string user, params string[] command)
    {
        List<string> words = ["-t", $"{pid}", "--mount", "--net", "--pid", "--uts", "--ipc", "--wd=/", "--"];
        string home = user == "root" ? "/root" : $"/home/{user}";
        if (user != "root")
        {
            words.AddRange(["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", "--inh-caps=-all"]);
        }

        // Signals that whoever runs the tests ignores would be ignored here too.
        words.AddRange(["env", "-i", "--default-signal", $"PATH={Path}", $"HOME={home}", $"USER={user}",
            $"LOGNAME={user}", "SHELL=/bin/sh", "TERM=dumb"]);
        words.AddRange(command);
        return new LabProcess(words);
    }

    /// <summary>
    /// All packet filter rules, as the three tools print them, without what changes by itself: dates and counters.
    /// </summary>
    public string Rules() =>
        Volatile().Replace(Run("iptables-save; ip6tables-save; nft list ruleset").Succeeded(), "");

    [GeneratedRegex(@"^#.*\n| ?\[\d+:\d+\]|counter packets \d+ bytes \d+ ?", RegexOptions.Multiline)]
    private static partial Regex Volatile();
}
