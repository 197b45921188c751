using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Cli;
using Sshuttle.Exec;

namespace Sshuttle.Client;

/// <summary>Starts the command that leads to a server: ssh, or the server itself where it runs on this machine.</summary>
public sealed class ServerLauncher
{
    private readonly Options options;
    private readonly List<string> serverOptions;
    private readonly List<string> sshCommand;
    private readonly Func<CipherChoice.Result>? cipherChoice;

    /// <summary>Finds the server binaries and asks ssh for its ciphers; connects nowhere yet.</summary>
    /// <param name="options">The command line.</param>
    public ServerLauncher(Options options)
    {
        this.options = options;
        serverOptions = ServerOptions(options);
        sshCommand = [.. options.SshCommand];
        Images = options.Remote is null ? [] : ServerImage.Find(Self.Path);
        if (options is { Remote: RemoteTarget remote, CipherChoice: true })
        {
            cipherChoice = CipherChoice.Begin(sshCommand, remote);
        }
    }

    /// <summary>The binaries that can be sent.</summary>
    public IReadOnlyList<ServerImage> Images { get; }

    /// <summary>Starts the command that may ask the user for a password.</summary>
    public Transport StartFirst()
    {
        if (cipherChoice is not null)
        {
            CipherChoice.Result choice = cipherChoice();
            Log.Info(choice.Explanation);
            sshCommand.AddRange(choice.Arguments);
        }

        return Start(sshCommand);
    }

    /// <summary>
    /// Starts another one, which must not ask: a password was typed once already. Only OpenSSH is told so; with a password
    /// on the command line sshpass answers.
    /// </summary>
    public Transport StartMore()
    {
        bool canBeTold = Path.GetFileName(sshCommand[0]) == "ssh" && options.Remote?.Password is null;
        return Start(canBeTold ? [.. sshCommand, "-o", "BatchMode=yes"] : sshCommand);
    }

    private Transport Start(List<string> command)
    {
        if (options.Remote is not RemoteTarget remote)
        {
            return Transport.Start(Self.Executable, ["sshuttle", .. serverOptions], Child.EnvironmentWith(), new RemoteExit("this machine", login: null));
        }

        List<string> argv = SshCommand.Arguments(command, remote, options.CommandDelimiter, SshCommand.RemoteCommand(Images, serverOptions));
        string path = Which.Find(argv[0]) ?? throw new Fatal(remote.Password is null
            ? $"cannot find the program {argv[0]}: install it, or name another with -e"
            : "cannot find sshpass, which hands the password to ssh: install it, or leave the password out of -r");
        Log.Debug($"executing: {ShellQuote.Line(argv)}");
        List<string> environment = remote.Password is string password
            ? Child.EnvironmentWith(("SSHPASS", password))
            : Child.EnvironmentWith();
        RemoteExit exit = new(remote.ToString(), ShellQuote.Line(SshCommand.Login(options.SshCommand, remote)));
        return Transport.Start(path, argv, environment, exit);
    }

    private static List<string> ServerOptions(Options options)
    {
        List<string> words = ["--server"];
        if (options.Verbosity > 0)
        {
            words.Add("-" + new string('v', options.Verbosity));
        }

        if (!options.LatencyControl)
        {
            words.Add("--no-latency-control");
        }

        if (options.LatencyBufferSize is int size)
        {
            words.AddRange(["--latency-buffer-size", size.ToString(CultureInfo.InvariantCulture)]);
        }

        return words;
    }
}
