using System.Reflection;

namespace Sshuttle.Base;

/// <summary>Facts about this build.</summary>
public static class Build
{
    /// <summary>The version from the project file, without decoration: what <c>--version</c> prints.</summary>
    public static string Version { get; } =
        typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
