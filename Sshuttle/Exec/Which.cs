using System;
using Sshuttle.Native;

namespace Sshuttle.Exec;

/// <summary>Finds programs as a shell would, and in the system folders that a user's PATH often lacks.</summary>
public static class Which
{
    /// <summary>The folders that are searched behind PATH.</summary>
    public const string SystemFolders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The path of a program, or null. A name with a slash is taken as it is.</summary>
    public static string? Find(string program) =>
        Find(program, Environment.GetEnvironmentVariable("PATH") + ":" + SystemFolders);

    /// <summary>The path of a program in a colon-separated list of absolute folders, or null.</summary>
    public static string? Find(string program, string folders)
    {
        if (program.Contains('/'))
        {
            return Sys.IsExecutable(program) ? program : null;
        }

        foreach (string folder in folders.Split(':'))
        {
            string path = folder + "/" + program;
            if (folder.StartsWith('/') && Sys.IsExecutable(path) && !System.IO.Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
