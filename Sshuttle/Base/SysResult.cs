namespace Sshuttle.Base;

/// <summary>The result of a system call as a value: what it returned, or why it failed.</summary>
/// <param name="Value">A count or a descriptor, at least 0; meaningless on failure.</param>
/// <param name="Errno">The neutral error; <see cref="Errno.None"/> on success.</param>
/// <param name="Raw">The system's own error number, for its text; 0 on success.</param>
public readonly record struct SysResult(int Value, Errno Errno, int Raw)
{
    /// <summary>Whether the call succeeded.</summary>
    public bool Ok => Errno == Errno.None;

    /// <summary>Whether a non-blocking call would have waited.</summary>
    public bool IsAgain => Errno == Errno.Again;

    /// <summary>A success.</summary>
    public static SysResult Of(int value) => new(value, Errno.None, 0);
}
