using System.Runtime.InteropServices;
using Sshuttle.Native.Linux;

namespace Sshuttle.Native;

/// <summary>Functions of libc whose C prototype is the same on all our systems, spelt as there. No policy.</summary>
internal static unsafe partial class Libc
{
    [LibraryImport("libc")]
    internal static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc")]
    internal static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc")]
    internal static partial int close(int fd);

    [LibraryImport("libc")]
    internal static partial int open(byte* path, int flags, int mode);

    [LibraryImport("libc")]
    internal static partial int pipe2(int* fds, int flags);

    [LibraryImport("libc")]
    internal static partial int socketpair(int domain, int type, int protocol, int* fds);

    [LibraryImport("libc")]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc")]
    internal static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport("libc")]
    internal static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport("libc")]
    internal static partial int connect(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    internal static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc")]
    internal static partial int getpeername(int fd, byte* address, uint* length);

    [LibraryImport("libc")]
    internal static partial int getsockopt(int fd, int level, int name, byte* value, uint* length);

    [LibraryImport("libc")]
    internal static partial int setsockopt(int fd, int level, int name, byte* value, uint length);

    [LibraryImport("libc")]
    internal static partial nint send(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport("libc")]
    internal static partial nint recv(int fd, byte* buffer, nuint count, int flags);

    [LibraryImport("libc")]
    internal static partial nint sendmsg(int fd, MsgHdr* message, int flags);

    [LibraryImport("libc")]
    internal static partial nint recvmsg(int fd, MsgHdr* message, int flags);

    [LibraryImport("libc")]
    internal static partial uint if_nametoindex(byte* name);

    [LibraryImport("libc")]
    internal static partial nint getrandom(byte* buffer, nuint count, uint flags);

    [LibraryImport("libc")]
    internal static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc")]
    internal static partial int poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc")]
    internal static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    internal static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc")]
    internal static partial int getpid();

    [LibraryImport("libc")]
    internal static partial uint geteuid();

    [LibraryImport("libc")]
    internal static partial int setsid();

    [LibraryImport("libc")]
    internal static partial int isatty(int fd);

    [LibraryImport("libc")]
    internal static partial int access(byte* path, int mode);

    [LibraryImport("libc")]
    internal static partial nint readlink(byte* path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    internal static partial int getrlimit(int resource, RLimit* limit);

    [LibraryImport("libc")]
    internal static partial int setrlimit(int resource, RLimit* limit);

    [LibraryImport("libc")]
    internal static partial byte* strerror(int errno);

    [LibraryImport("libc")]
    internal static partial int sigemptyset(byte* set);

    [LibraryImport("libc")]
    internal static partial int sigfillset(byte* set);

    [LibraryImport("libc")]
    internal static partial int posix_spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** environment);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int newFd);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);

    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(byte* attributes);
}
