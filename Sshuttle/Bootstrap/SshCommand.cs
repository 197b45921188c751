using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Sshuttle.Cli;

namespace Sshuttle.Bootstrap;

/// <summary>The command line that reaches the server. No shell of this side reads it.</summary>
public static class SshCommand
{
    /// <summary>All arguments, the program's name first.</summary>
    /// <param name="command">The user's ssh command (<c>-e</c>), split into words.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="delimiter">Whether <c>--</c> goes in front of the remote command.</param>
    /// <param name="remoteCommand">One word: what the remote login shell is to run.</param>
    public static List<string> Arguments(IReadOnlyList<string> command, RemoteTarget remote, bool delimiter, string remoteCommand)
    {
        List<string> argv = [];
        if (remote.Password is not null)
        {
            argv.AddRange(["sshpass", "-e"]);
        }

        argv.AddRange(Login(command, remote));
        if (delimiter)
        {
            argv.Add("--");
        }

        argv.Add(remoteCommand);
        return argv;
    }

    /// <summary>The part that a person would type to log in there.</summary>
    public static List<string> Login(IReadOnlyList<string> command, RemoteTarget remote)
    {
        List<string> argv = [.. command];
        if (remote.Port is int port)
        {
            argv.AddRange(["-p", port.ToString(CultureInfo.InvariantCulture)]);
        }

        argv.Add(remote.User is string user ? $"{user}@{remote.Host}" : remote.Host);
        return argv;
    }

    /// <summary>The remote command: the script, the known binaries and the server's options, quoted for any login shell.</summary>
    /// <param name="images">The binaries that could be run there.</param>
    /// <param name="serverOptions">Words of letters, digits and dashes, which no shell needs quoted.</param>
    public static string RemoteCommand(IReadOnlyList<ServerImage> images, IReadOnlyList<string> serverOptions)
    {
        StringBuilder command = new("exec sh -c '");
        command.Append(RemoteScript.Text).Append("' sshuttle '");
        for (int i = 0; i < images.Count; i++)
        {
            command.Append(i > 0 ? " " : "").Append(images[i].Platform).Append('=').Append(images[i].Digest);
        }

        command.Append('\'');
        foreach (string option in serverOptions)
        {
            command.Append(' ').Append(option);
        }

        return command.ToString();
    }
}
