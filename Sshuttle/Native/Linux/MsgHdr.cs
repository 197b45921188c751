using System.Runtime.InteropServices;

namespace Sshuttle.Native.Linux;

/// <summary>
/// struct msghdr. musl declares 32-bit lengths beside padding where glibc has size_t; with the padding zero both are this.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MsgHdr
{
    internal byte* Name;
    internal uint NameLength;
    internal IoVec* Vectors;
    internal nuint VectorCount;
    internal byte* Control;
    internal nuint ControlLength;
    internal int Flags;
}

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVec
{
    internal byte* Data;
    internal nuint Length;
}
