namespace Sshuttle.Bootstrap;

/// <summary>Explains how an attempt to start the server ended, for the person who has to mend it.</summary>
/// <param name="name">The server as the user named it.</param>
/// <param name="login">The command line that logs in there by hand; null for a server on this machine.</param>
public sealed class RemoteExit(string name, string? login)
{
    /// <summary>What it means that the ssh command ended before the server answered.</summary>
    /// <param name="status">Its exit status, or 128 + signal; null where it closed its output and still runs.</param>
    /// <param name="connected">Whether our part of the remote command had begun to run.</param>
    /// <param name="noise">The last line that the remote printed, or an empty text.</param>
    public string BeforeStart(int? status, bool connected, string noise)
    {
        string said = noise.Length > 0 ? $" (it said: {noise})" : "";
        if (login is null)
        {
            return $"the local server ended with status {status} before it answered{said}; -v shows more";
        }

        return status switch
        {
            null => $"the ssh command for {name} closed its output before the server started{said}; try: {login}",
            255 when connected => $"the connection to {name} broke before the server started, or the server was killed there{said}; try again, and by hand: {login}",
            255 => $"ssh could not connect to {name}: see its message above, and try: {login}",
            127 => $"{name} found no shell or program to run{said}: the account needs a POSIX sh in its PATH",
            126 => $"{name} refused to execute the server{said}: is its home mounted noexec?",
            0 or 1 => $"{name} ended the session before the server started{said}: does the account allow running commands (no ForceCommand, no restricted shell)? Try: {login} true",
            > 128 => $"the ssh command for {name} was ended by signal {status - 128} before the server started{said}",
            _ => $"the ssh command for {name} exited with {status} before the server started{said}; try: {login}",
        };
    }

    /// <summary>What a reason of <see cref="RemoteScript"/> means.</summary>
    /// <param name="reason">Its one word.</param>
    /// <param name="platform">The remote's uname.</param>
    public string Refused(string reason, string platform) => reason switch
    {
        "no-binary" => $"{name} is {platform}, and there is no server binary for it: build one with ./build.sh --rid RID and put it beside this one as sshuttle-RID",
        "no-directory" => $"{name} has no directory that is writable and may execute programs (tried the cache, TMPDIR, /tmp, /var/tmp, /dev/shm): set XDG_CACHE_HOME there, or put this same sshuttle into its PATH",
        "incomplete" => $"the server binary did not arrive whole at {name}: is its file system full? Free 3 MB, or put this same sshuttle into its PATH",
        "cannot-run" => $"{name} ({platform}) cannot execute the server binary: its kernel may be too old, or a policy (SELinux, fapolicyd) forbids it; copy this sshuttle there and try: ./sshuttle --version",
        "no-sha256" => $"{name} has none of sha256sum, shasum, sha256 and openssl to check the server binary with: install one of them",
        _ => $"{name} cannot run the server: {reason}",
    };
}
