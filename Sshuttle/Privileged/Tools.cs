using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Firewall;

namespace Sshuttle.Privileged;

/// <summary>Runs the system's own tools: found in fixed folders, with a fixed environment, whatever the user's is.</summary>
internal static class Tools
{
    private const string Folders = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

    /// <summary>NAME=value, all that a child is given.</summary>
    public static IReadOnlyList<string> Environment { get; } = ["PATH=" + Folders, "LC_ALL=C"];

    /// <summary>Runs one to its end. A missing tool, or one that cannot be started, is an answer like any other.</summary>
    public static Answer Run(IReadOnlyList<string> argv, string? input = null)
    {
        if (Which.Find(argv[0], Folders) is not { } path)
        {
            return new Answer(Answer.NotFound, "", "");
        }

        List<string> words = [.. argv];
        words[0] = path;
        try
        {
            return CommandRunner.Run(words, input, Environment) is { } result
                ? new Answer(result.Status, result.Output, result.Error)
                : new Answer(Answer.NotFound, "", "");
        }
        catch (Fatal fatal)
        {
            return new Answer(Answer.NotStarted, "", fatal.Message);
        }
    }
}
