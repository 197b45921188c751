using System.Runtime.InteropServices;

namespace Sshuttle.Native;

/// <summary>struct rlimit of getrlimit(2) on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct RLimit
{
    /// <summary>The limit in force.</summary>
    public ulong Soft;

    /// <summary>How far the process may raise it.</summary>
    public ulong Hard;
}
