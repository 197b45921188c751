namespace Sshuttle.Base;

/// <summary>Facts about this build.</summary>
public static partial class Build
{
    /// <summary>The version from the project file, without decoration: what <c>--version</c> prints.</summary>
    public static string Version => ProjectVersion;
}
