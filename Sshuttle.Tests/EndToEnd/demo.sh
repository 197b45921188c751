#!/bin/bash
# make demo: a tunnel between three hosts on this machine, and the firewall before, during and after.
set -e
here=$(dirname "$(readlink -f "$0")")
binary=${SSHUTTLE_BINARY:-$here/../../sshuttle}
. "$here/lab.sh"
trap lab_stop EXIT
trap 'exit 130' HUP INT TERM

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
shown() { sed 's/^/    /'; }
fail() { printf '\ndemo: %s\n' "$*" >&2; exit 1; }

rules() {
    lab_run client sh -c 'iptables-save; ip6tables-save; nft list ruleset' |
        sed -e '/^#/d' -e 's/ \[[0-9]*:[0-9]*\]$//' -e 's/counter packets [0-9]* bytes [0-9]* *//'
}

# until_true SECONDS COMMAND...
until_true() {
    local tries=$(($1 * 10))
    while ! "${@:2}"; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

client_ended() { ! kill -0 "$client" 2>/dev/null; }

# The rules of both families are in: they have changed, and change no more.
capturing() {
    local now
    client_ended && return
    now=$(rules)
    [ "$now" != "$before" ] && sleep 0.2 && [ "$(rules)" = "$now" ]
}

[ -x "$binary" ] || fail "there is no $binary: run 'make' first"

say 'Three hosts, each with its own network, on this machine only:'
cat <<'EOF'
    client 192.0.2.1  ---  server 192.0.2.2 | 198.51.100.1  ---  target 198.51.100.2
           2001:db8:1::/64   (sshd; forwards no packets)    2001:db8:2::/64   (web server)
EOF
lab_start
cp "$binary" "$lab_dir/sshuttle"

say 'Without a tunnel, the client cannot reach the target:'
echo '    client$ curl -m 1 http://198.51.100.2/'
lab_as local client curl -sS -m 1 http://198.51.100.2/ 2>&1 | shown || true

before=$(rules)
say "The client's firewall before:"
echo "${before:-(no rules)}" | shown

say 'Start the tunnel, as an ordinary user who may use sudo:'
echo '    client$ sshuttle -r remote@server 198.51.100.0/24 2001:db8:2::/64'
lab_as local client "$lab_dir/sshuttle" -r remote@server 198.51.100.0/24 2001:db8:2::/64 >"$lab_dir/out" 2>&1 &
client=$!
until_true 30 capturing || fail "no rules appeared in 30 s; sshuttle said: $(cat "$lab_dir/out")"
! client_ended || fail "sshuttle ended: $(cat "$lab_dir/out")"
until_true 10 grep -q Connected "$lab_dir/out" || true
shown <"$lab_dir/out"

say 'Now it can, over IPv4 and IPv6:'
for address in 198.51.100.2 '[2001:db8:2::2]'; do
    echo "    client\$ curl http://$address/"
    lab_as local client curl -sS -g -m 20 "http://$address/" >"$lab_dir/page" 2>&1 || fail "the fetch failed: $(cat "$lab_dir/page")"
    shown <"$lab_dir/page"
done

say "The client's firewall meanwhile:"
rules | shown

say 'Stop it with Ctrl-C:'
lab_run client pkill -INT -u local -f -- "$lab_dir/sshuttle -r" || fail 'the client is not running any more'
until_true 20 client_ended || fail 'the client did not stop'
wait "$client" || true
shown <"$lab_dir/out"

say "The client's firewall after:"
after=$(rules)
echo "${after:-(no rules)}" | shown
[ "$after" = "$before" ] || fail 'the rules after are not those before'
say 'The rules after are those before, byte for byte.'
