#!/bin/sh
# Checks the style and runs all tests, for `make test`. The last line is "N passed, N failed, N skipped".
# Where CI is set a skipped test is a failure: there, nothing that the tests need may be missing.
set -u
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
export SSHUTTLE_BINARY="${SSHUTTLE_BINARY:-$PWD/sshuttle}"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM

dotnet build Sshuttle.Tests/Sshuttle.Tests.csproj -c Debug -v quiet || exit 1
for project in Sshuttle/Sshuttle.csproj Sshuttle.Tests/Sshuttle.Tests.csproj; do
    if ! dotnet format "$project" --no-restore --verify-no-changes; then
        echo "run.sh: style: 'dotnet format $project' mends it" >&2
        exit 1
    fi
done

# tee hides the status of dotnet test, so it goes through the log.
{
    dotnet test Sshuttle.Tests/Sshuttle.Tests.csproj -c Debug --no-build "$@"
    echo "status $?"
} 2>&1 | tee "$log" | grep -v '^status [0-9]*$'

status=$(sed -n 's/^status //p' "$log" | tail -n 1)
counts=$(sed -n 's/^.*Failed: *\([0-9]*\), Passed: *\([0-9]*\), Skipped: *\([0-9]*\), Total.*$/\2 \1 \3/p' "$log" | tail -n 1)
if [ -z "$counts" ]; then
    echo "run.sh: no test ran" >&2
    exit 1
fi
# shellcheck disable=SC2086 # three numbers
set -- $counts
if [ -n "${CI:-}" ] && [ "$3" -ne 0 ]; then
    echo "run.sh: CI is set, so the $3 skipped above count as failed" >&2
    status=1
fi
echo "$1 passed, $2 failed, $3 skipped"
exit "$status"
