using System.Runtime.InteropServices;

namespace Sshuttle.Native.Linux;

/// <summary>inotify(7).</summary>
internal static unsafe partial class Inotify
{
    [LibraryImport("libc")]
    internal static partial int inotify_init1(int flags);

    [LibraryImport("libc")]
    internal static partial int inotify_add_watch(int fd, byte* path, uint mask);
}
