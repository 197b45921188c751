using Sshuttle.Base;
using Sshuttle.Native;

namespace Sshuttle.Net;

/// <summary>Words for a failed system call.</summary>
public static class ErrorText
{
    /// <summary>The system's text, such as "Connection refused".</summary>
    public static string Of(SysResult failure) => Os.ErrorText(failure);

    /// <summary>A failure that another process of this machine has told by its number.</summary>
    public static SysResult Failure(int raw) => Os.Failure(raw);
}
