using System;
using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Client;
using Sshuttle.Exec;
using Sshuttle.Privileged;
using Sshuttle.Server;

namespace Sshuttle;

/// <summary>Chooses the role, and is the only place that catches <see cref="Fatal"/>.</summary>
internal static class Program
{
    private static int Main(string[] words)
    {
        Self.OpenStandardDescriptors();
        try
        {
            return Run(OptionParser.Parse(words));
        }
        catch (Fatal fatal) when (fatal.ExitCode == Fatal.UsageCode)
        {
            Terminal.Error(HelpText.Error(fatal.Message));
            return fatal.ExitCode;
        }
        catch (Fatal fatal)
        {
            Log.Always($"fatal: {fatal.Message}");
            return fatal.ExitCode;
        }
        catch (Exception unexpected)
        {
            Log.Always($"fatal: internal error ({unexpected.GetType().Name}); please report it with the command line and -vv");
            return Fatal.DefaultCode;
        }
    }

    private static int Run(Options options)
    {
        switch (options.Role)
        {
            case Role.Help:
                Terminal.Print(HelpText.Render());
                return 0;
            case Role.Version:
                Terminal.Print(Build.Version + "\n");
                return 0;
            case Role.Server:
                return ServerMain.Run(options);
            case Role.Firewall:
                return FirewallMain.Run(options.Method, options.Verbosity);
            case Role.Guard:
                return Guard.Run(options.Verbosity);
            default:
                return ClientMain.Run(options);
        }
    }
}
