namespace Sshuttle.Bootstrap;

/// <summary>
/// What runs on the server before our server does: one constant line for a POSIX sh that finds, or asks for and stores,
/// the server binary and becomes it. It is handed to the login shell in single quotes, and that shell may be csh or fish,
/// so it holds no single quote, backslash, exclamation mark or newline.
/// </summary>
/// <remarks>
/// Arguments: the known binaries as <c>System/Machine=digest</c> words (uname's -s and -m, SHA-256) in one argument, then
/// the server's own. It prints <see cref="UploadPrefix"/> with the platform and whether it can gunzip, expects
/// <c>bytes compressed\n</c> and then exactly so many bytes, and starts the server; or prints <see cref="FailPrefix"/>
/// with the platform and the reason, and exits with <see cref="FailStatus"/>.
/// A file is taken only if its digest fits, and reaches its final name only complete, by rename; two uploads at once have
/// different temporary names. Where only a temporary folder can execute, the file is removed before it is run.
/// </remarks>
public static class RemoteScript
{
    /// <summary>Starts the line by which the script asks for an upload.</summary>
    public const string UploadPrefix = "SSHUTTLE-UPLOAD ";

    /// <summary>Starts the line by which the script gives up.</summary>
    public const string FailPrefix = "SSHUTTLE-FAIL ";

    /// <summary>The exit status after <see cref="FailPrefix"/>.</summary>
    public const int FailStatus = 96;

    /// <summary>The script.</summary>
    public const string Text =
        "umask 077; export PATH=\"$PATH:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin\"; " +
        "k=$(uname -s)/$(uname -m); d=; for e in $1; do case $e in \"$k\"=*) d=${e#*=};; esac; done; shift; " +
        "fail() { echo \"" + FailPrefix + "$k $1\"; exit 96; }; " +
        "sum() { { sha256sum || shasum -a 256 || sha256 -q || openssl dgst -sha256; } <\"$1\" 2>/dev/null; }; " +
        "good() { [ -f \"$1\" ] && [ -x \"$1\" ] && case $(sum \"$1\") in *\"$d\"*) true;; *) false;; esac; }; " +
        "[ -n \"$d\" ] || fail no-binary; " +
        "p=$(command -v sshuttle) && good \"$p\" && exec \"$p\" \"$@\"; " +
        "c=${XDG_CACHE_HOME:-$HOME/.cache}/sshuttle; " +
        "[ -d \"$c\" ] && [ -O \"$c\" ] && good \"$c/$d\" && exec \"$c/$d\" \"$@\"; " +
        "[ -n \"$(sum /dev/null)\" ] || fail no-sha256; echo | head -c 1 >/dev/null 2>&1 || fail no-head; " +
        "z=0; command -v gzip >/dev/null && z=1; r=no-directory; " +
        "get() { t=$1/.$d.$$; { echo : >\"$t\"; } 2>/dev/null && chmod 700 \"$t\" && \"$t\" 2>/dev/null || { rm -f \"$t\" 2>/dev/null; return 1; }; " +
        "echo \"" + UploadPrefix + "$k $z\"; read -r n g || exit 96; u=cat; [ \"$g\" = 1 ] && u=\"gzip -dc\"; " +
        "head -c \"$n\" | { $u >\"$t\" 2>/dev/null || cat >/dev/null; }; " +
        "good \"$t\" && return 0; rm -f \"$t\"; r=incomplete; return 1; }; " +
        "mkdir -p \"$c\" 2>/dev/null; [ -d \"$c\" ] && [ -O \"$c\" ] && chmod 700 \"$c\" && get \"$c\" && mv -f \"$t\" \"$c/$d\" && exec \"$c/$d\" \"$@\"; " +
        "for b in \"${TMPDIR:-/tmp}\" /var/tmp /dev/shm; do x=$(mktemp -d \"$b/sshuttle.XXXXXX\" 2>/dev/null) || continue; " +
        "if get \"$x\"; then exec 9<\"$t\"; if [ -x /proc/self/fd/9 ]; then rm -rf \"$x\"; exec /proc/self/fd/9 \"$@\"; fi; exec \"$t\" \"$@\"; fi; rm -rf \"$x\"; done; " +
        "fail $r";
}
