using Sshuttle.Base;

namespace Sshuttle.Native.Linux;

/// <summary>inotify(7) with results out.</summary>
public static unsafe class InotifyCalls
{
    /// <summary>A new instance, non-blocking; the value is its descriptor.</summary>
    public static SysResult Create() => Os.Result(Inotify.inotify_init1(LinuxAbi.IN_NONBLOCK | LinuxAbi.IN_CLOEXEC));

    /// <summary>Watches a directory for files that come, go, or have been written; once more is once.</summary>
    public static SysResult AddDirectory(int inotify, string path)
    {
        const uint mask = LinuxAbi.IN_CLOSE_WRITE | LinuxAbi.IN_MOVED_FROM | LinuxAbi.IN_MOVED_TO | LinuxAbi.IN_CREATE
            | LinuxAbi.IN_DELETE | LinuxAbi.IN_ONLYDIR;
        fixed (byte* pointer = Sys.CString(path))
        {
            return Os.Result(Inotify.inotify_add_watch(inotify, pointer, mask));
        }
    }
}
