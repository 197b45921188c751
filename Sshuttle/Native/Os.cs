using System.Runtime.InteropServices;
using Sshuttle.Base;
using Sshuttle.Native.Linux;

namespace Sshuttle.Native;

/// <summary>
/// The one place that chooses the platform. Each member asks <see cref="System.OperatingSystem"/>, which the compiler
/// folds, so that only the target's branch is in the binary.
/// </summary>
public static class Os
{
    /// <summary>AF_INET6 of this system; AF_INET is 2 everywhere.</summary>
    public static int AddressFamily6 => LinuxAbi.AF_INET6;

    /// <summary>A failure from a raw errno of this system.</summary>
    public static SysResult Failure(int raw) => new(0, LinuxAbi.ToErrno(raw), raw);

    /// <summary>Turns what a C function returned into a result; must directly follow the call, since it reads errno.</summary>
    public static SysResult Result(nint returned) =>
        returned >= 0 ? SysResult.Of((int)returned) : Failure(Marshal.GetLastSystemError());

    /// <summary>The system's text for a failure, such as "Connection refused".</summary>
    public static unsafe string ErrorText(SysResult failure) =>
        Marshal.PtrToStringUTF8((nint)Libc.strerror(failure.Raw)) ?? $"error {failure.Raw}";
}
