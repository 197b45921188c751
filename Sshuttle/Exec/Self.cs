using System;
using Sshuttle.Native;

namespace Sshuttle.Exec;

/// <summary>Facts about this process.</summary>
public static class Self
{
    /// <summary>The running binary, in a form that can be executed even after the file was replaced.</summary>
    public static string Executable => OperatingSystem.IsLinux() ? "/proc/self/exe" : Environment.ProcessPath ?? "sshuttle";

    /// <summary>The path of the binary's file.</summary>
    public static string Path => Sys.ReadLink("/proc/self/exe") ?? Environment.ProcessPath ?? "sshuttle";

    /// <summary>Whether we are root.</summary>
    public static bool IsRoot => Sys.EffectiveUser == 0;

    /// <summary>The process id.</summary>
    public static int Pid => Sys.ProcessId;

    /// <summary>Raises the limit of open descriptors as far as allowed and returns it.</summary>
    public static ulong RaiseDescriptorLimit() => Sys.RaiseDescriptorLimit();

    /// <summary>The target of a symbolic link, or null where there is none.</summary>
    public static string? ReadLink(string path) => Sys.ReadLink(path);

    /// <summary>Opens /dev/null in place of standard descriptors that whoever started us has closed.</summary>
    public static void OpenStandardDescriptors() => Sys.OpenStandardDescriptors();

    /// <summary>Leaves the terminal's session.</summary>
    public static void NewSession() => Sys.NewSession();
}
