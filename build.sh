#!/bin/sh
# Builds ./sshuttle, one self-contained executable. See usage below.
set -eu

usage() {
    cat <<EOF
usage: ./build.sh [--rid RID] [--configuration NAME]
       ./build.sh --require COMMAND:PACKAGES...

  --rid RID             what to build for (default: linux-x64)
  --configuration NAME  Release (default) or Debug
  --require ...         build nothing: see that each command is there, and install the Debian
                        packages of those that are missing, or name them and fail
EOF
}

# Sees that commands are there, given as COMMAND:PACKAGES. What is missing is installed by root, starting none of
# the services; anyone else, or a system without apt-get, is told the command that installs it.
require() {
    missing=
    for pair in "$@"; do
        PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
    done
    [ -n "$missing" ] || return 0

    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        echo "build.sh: missing:$missing" >&2
        echo "build.sh: on Debian, this installs them: sudo apt-get install$missing" >&2
        exit 1
    fi

    echo "build.sh: installing$missing" >&2
    policy=/usr/sbin/policy-rc.d
    if [ -e "$policy" ]; then
        policy=
    else
        # invoke-rc.d asks this before it starts a service; 101 means "do not".
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        trap 'exit 1' HUP INT TERM
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    # shellcheck disable=SC2086 # a list of package names
    if ! { apt-get -q update && apt-get -qy install --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        echo "build.sh: could not install$missing; the messages of apt-get stand above" >&2
        exit 1
    fi
    rm -f "$log"
    [ -z "$policy" ] || rm -f "$policy"
}

rid=linux-x64
configuration=Release
while [ $# -gt 0 ]; do
    case $1 in
        --rid | --configuration)
            [ $# -ge 2 ] || { usage >&2; exit 2; }
            if [ "$1" = --rid ]; then rid=$2; else configuration=$2; fi
            shift 2
            ;;
        --require) shift; require "$@"; exit 0 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
done

cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null 2>&1; then
    echo "build.sh: the .NET SDK 10 is missing: see https://dot.net/download for how to install it" >&2
    exit 1
fi
command -v clang >/dev/null 2>&1 || require "gcc:gcc libc6-dev"
case $rid in
    linux-*) require ld.lld:lld ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM
dotnet publish Sshuttle/Sshuttle.csproj -c "$configuration" -r "$rid" -o "$out" -v quiet
case $rid in
    win-*) binary=sshuttle.exe ;;
    *) binary=sshuttle ;;
esac
# A rename, so that a running sshuttle keeps its own file and nobody sees half a binary.
cp "$out/$binary" "$binary.new"
mv -f "$binary.new" "$binary"

size=$(wc -c <"$binary")
limit=$((3 * 1024 * 1024))
echo "$binary: $rid, $((size)) bytes"
case $rid in
    linux-*)
        if [ "$configuration" = Release ] && [ "$size" -gt "$limit" ]; then
            echo "build.sh: $binary is larger than the $limit bytes it may have" >&2
            exit 1
        fi
        ;;
esac
