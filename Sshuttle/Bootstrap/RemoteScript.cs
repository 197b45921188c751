namespace Sshuttle.Bootstrap;

/// <summary>
/// What runs on the server before our server does: one constant line for a POSIX sh that finds, or asks for and stores,
/// the server binary and becomes it. It is handed to the login shell in single quotes, and that shell may be csh or fish,
/// so it holds no single quote, backslash, exclamation mark or newline.
/// </summary>
/// <remarks>
/// <para>
/// Arguments: the known binaries as <c>System/Machine=digest</c> words (uname's -s and -m, SHA-256) in one argument, then
/// the server's own. It prints <see cref="UploadPrefix"/> with the platform and whether it can gunzip, expects
/// <c>bytes compressed\n</c> and then exactly so many bytes, and starts the server; or prints <see cref="FailPrefix"/>
/// with the platform and the reason, and exits with <see cref="FailStatus"/>. An empty line goes before either, so that
/// whatever login scripts printed ends.
/// </para>
/// <para>
/// A file is run only if its digest fits, and reaches its final name only complete, by rename; two uploads at once have
/// different temporary names, the shell's pid. Whether a directory allows execution is found by executing, since test -x
/// does not ask that in every shell. The cache must belong to the user, and must be no symbolic link, which whoever may
/// write beside it could have planted; so must the file in it. Leftovers of uploads that were killed go after a day, and
/// binaries of other versions when they are 30 days old. Where only a temporary folder can execute, the file is removed
/// before it is run where there is a /proc to run it from, and otherwise when the server has ended.
/// </para>
/// </remarks>
public static class RemoteScript
{
    /// <summary>Starts the line by which the script asks for an upload.</summary>
    public const string UploadPrefix = "SSHUTTLE-UPLOAD ";

    /// <summary>Starts the line by which the script gives up.</summary>
    public const string FailPrefix = "SSHUTTLE-FAIL ";

    /// <summary>The exit status after <see cref="FailPrefix"/>, and where the client is gone.</summary>
    public const int FailStatus = 96;

    // k platform, d wanted digest, c cache folder, x temporary folder, t temporary file, z can gunzip, r reason to fail,
    // n bytes and g compressed of an upload, u how it is unpacked.
    private const string Lines = """
        umask 077; x=; t=; r=no-directory; export PATH="${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        clean() { [ -z "$t" ] || rm -f "$t"; [ -z "$x" ] || rm -rf "$x"; }; trap clean 0; trap "exit 96" 1 2 13 15;
        say() { echo; echo "$1 $k $2"; }; fail() { say SSHUTTLE-FAIL "$1"; exit 96; };
        k=$(uname -s)/$(uname -m); d=; for e in $1; do case $e in "$k"=*) d=${e#*=};; esac; done; shift;
        [ -n "$d" ] || fail no-binary;
        sum() { { sha256sum || shasum -a 256 || sha256 -q || openssl dgst -sha256; } 2>/dev/null <"$1"; };
        same() { [ -f "$1" ] && case $(sum "$1" 2>/dev/null) in *"$d"*) true;; *) false;; esac; };
        runs() { "$1" --version </dev/null >/dev/null 2>&1; }; good() { same "$1" && runs "$1"; };
        p=$(command -v sshuttle) && good "$p" && exec "$p" "$@";
        c=${HOME:+$HOME/.cache}; case $XDG_CACHE_HOME in /*) c=$XDG_CACHE_HOME;; esac; c=${c:+$c/sshuttle};
        own() { [ -d "$c" ] && [ -O "$c" ] && { [ -L "$c" ] && return 1; chmod 700 "$c" 2>/dev/null; true; }; };
        own && [ -O "$c/$d" ] && good "$c/$d" && exec "$c/$d" "$@";
        [ -n "$(sum /dev/null)" ] || fail no-sha256; z=0; command -v gzip >/dev/null && z=1;
        drop() { rm -f "$t" 2>/dev/null; t=; return 1; };
        get() { t=$1/.$d.$$; { echo : >"$t"; } 2>/dev/null && chmod 700 "$t" && "$t" 2>/dev/null || { drop; return; };
        say SSHUTTLE-UPLOAD $z; read -r n g || exit 96; u=cat; [ "$g" = 1 ] && u="gzip -dc";
        { head -c "$n" || dd bs=1 count="$n"; } 2>/dev/null | { $u >"$t" || cat >/dev/null; } 2>/dev/null;
        same "$t" || { r=incomplete; drop; return; }; runs "$t" || fail cannot-run; };
        mkdir -p "$c" 2>/dev/null; own && { find "$c" -type f "(" -name ".*" -mtime +0 -o -mtime +30 ")" -exec rm -f {} ";" 2>/dev/null;
        get "$c" && mv -f "$t" "$c/$d" && exec "$c/$d" "$@"; };
        for b in ${TMPDIR:+"$TMPDIR"} /tmp /var/tmp /dev/shm; do x=$b/sshuttle.$$; mkdir "$x" 2>/dev/null || { x=; continue; };
        get "$x" && { exec 9<"$t"; [ -x /proc/self/fd/9 ] && rm -rf "$x" && exec /proc/self/fd/9 "$@"; "$t" "$@"; exit; };
        rm -rf "$x"; x=; done;
        fail $r
        """;

    /// <summary>The script.</summary>
    public static string Text { get; } = Lines.Replace('\n', ' ');
}
