namespace Sshuttle.Bootstrap;

/// <summary>Explains how a connection attempt ended, for the person who has to mend it.</summary>
public static class RemoteExit
{
    /// <summary>What it means that the ssh command ended before the server answered.</summary>
    /// <param name="status">Its exit status, or 128 + signal.</param>
    /// <param name="remote">The host as the user named it.</param>
    /// <param name="noise">The last line that the remote printed, or an empty text.</param>
    public static string BeforeStart(int status, string remote, string noise)
    {
        string said = noise.Length > 0 ? $" (it said: {noise})" : "";
        return status switch
        {
            255 => $"ssh could not connect to {remote}: see its message above, and try: ssh {remote}",
            127 => $"{remote} found no shell or program to run{said}: the account needs a POSIX sh in its PATH",
            126 => $"{remote} refused to execute the server{said}: is its home mounted noexec?",
            0 or 1 => $"{remote} ended the session before the server started{said}: does the account allow running commands (no ForceCommand, no restricted shell)?",
            > 128 => $"the ssh command was ended by signal {status - 128} while connecting to {remote}",
            _ => $"the ssh command for {remote} exited with {status} before the server started{said}",
        };
    }

    /// <summary>What a reason of <see cref="RemoteScript"/> means.</summary>
    /// <param name="reason">Its one word.</param>
    /// <param name="platform">The remote's uname.</param>
    /// <param name="remote">The host as the user named it.</param>
    public static string Refused(string reason, string platform, string remote) => reason switch
    {
        "no-binary" => $"{remote} is {platform}, and there is no server binary for it: build one with ./build.sh --rid RID and put it beside this one as sshuttle-RID",
        "no-directory" => $"{remote} has no directory that is writable and may execute programs (tried the cache, TMPDIR, /tmp, /var/tmp, /dev/shm): install sshuttle there, or set XDG_CACHE_HOME",
        "incomplete" => $"the server binary did not arrive whole at {remote}: is its file system full? Free 3 MB, or install sshuttle there",
        "no-sha256" => $"{remote} has none of sha256sum, shasum, sha256 and openssl to check an upload with: install one, or sshuttle itself",
        "no-head" => $"{remote} has no head that takes -c, which receives the upload: install coreutils or busybox, or sshuttle itself",
        _ => $"{remote} cannot run the server: {reason}",
    };
}
