#!/bin/bash
# The lab: hosts that exist for as long as one test run, made of namespaces. Needs root.
#
#                 192.0.2.0/24                198.51.100.0/24
#               2001:db8:1::/64               2001:db8:2::/64
#   lan --- client ------------- server, server2 ---------- target
#       203.0.113.0/24         \ jump
#      2001:db8:3::/64
#
# client    .1   users: local (sudo), typist (sudo, asks for a password: "lab"), doer (doas), root
# server    .2   sshd on port 22, dropbear on 2222; users: remote, remote-tcsh, remote-fish. Forwards no packets, and
#                is the client's default route: what reaches the target came through the tunnel.
# server2   .3   the same once more                          (only if asked for)
# jump      .4   sshd, on the client's network only          (only if asked for)
# target    .2   nginx on port 80, iperf3, and what peer.py serves
# lan       .2   a host behind the client, its default route (only if asked for)
#
# A host has its own network, processes, mounts and host name. /etc, /home, /root, /run and /var/log are its own too,
# so its users, keys, locks and logs are nobody else's, and all of it is gone with the last process: whoever kills
# the first process of a host removes the host.
#
# As a command:   lab.sh serve [lan] [server2] [jump]
#     makes the hosts, prints "dir PATH", "host NAME PID" for each and "ready", and removes them when its standard
#     input ends, so that no lab outlives a test run, however that died.
# As a library, for scripts with `set -e` and `trap lab_stop EXIT`:
#     lab_start [lan] [server2] [jump];  lab_run HOST COMMAND...;  lab_as USER HOST COMMAND...;  lab_stop

lab_source=$(readlink -f "${BASH_SOURCE[0]}")
lab_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
declare -A lab_pid lab_keeper

lab_enter() { nsenter -t "${lab_pid[$1]}" --mount --net --pid --uts --ipc --wd=/ -- "${@:2}"; }

lab_run() { lab_enter "$1" env -i PATH="$lab_path" HOME=/root USER=root TERM=dumb "${@:2}"; }

lab_as() {
    lab_enter "$2" setpriv --reuid="$1" --regid="$1" --init-groups --inh-caps=-all \
        env -i PATH="$lab_path" HOME="/home/$1" USER="$1" LOGNAME="$1" SHELL=/bin/sh TERM=dumb "${@:3}"
}

# The first process of a host, in its namespaces: $1 is its name, $2 the lab's directory.
lab_host_main() {
    set -eu
    export PATH=$lab_path
    cp -a /etc "$2/$1.etc"
    mount --bind "$2/$1.etc" /etc
    # No mode may be too open: sshd and sudo look.
    mount -t tmpfs -o mode=755 home /home
    mount -t tmpfs -o mode=700 root /root
    mount -t tmpfs -o mode=755 run /run
    mount -t tmpfs -o mode=755 log /var/log
    mount -t sysfs sysfs /sys
    mkdir -p /run/sshd /run/lock
    touch /var/log/lastlog /var/log/wtmp
    hostname "$1"
    printf '127.0.0.1 localhost\n::1 localhost\n' >/etc/hosts
    cat "$2/hosts" >>/etc/hosts
    # Nobody answers there: a name that is not in /etc/hosts fails at once.
    echo 'nameserver 127.0.0.1' >/etc/resolv.conf
    rm -f /etc/doas.conf /etc/sudoers.d/*
    sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0 net.ipv6.conf.all.accept_dad=0 \
        net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.accept_ra=0 \
        net.ipv4.ping_group_range='0 2147483647'
    ip link set lo up
    : >"$2/$1.up"
    # bash reaps whatever is orphaned in here while it waits.
    while :; do
        sleep 86400 &
        wait
    done
}

lab_host() {
    # Each watches the one above it: lab.sh, unshare, the first process.
    setpriv --pdeathsig KILL unshare --net --mount --pid --uts --ipc --fork --kill-child --mount-proc \
        "$lab_source" host "$1" "$lab_dir" </dev/null >"$lab_dir/$1.log" 2>&1 &
    lab_keeper[$1]=$!
}

lab_wait_host() {
    local tries=0
    until [ -e "$lab_dir/$1.up" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 600 ] || ! kill -0 "${lab_keeper[$1]}" 2>/dev/null; then
            echo "lab: the host $1 did not start:" >&2
            cat "$lab_dir/$1.log" >&2
            return 1
        fi
        sleep 0.05
    done
    # The list ends in a blank and no newline.
    local children
    children=$(cat "/proc/${lab_keeper[$1]}/task/${lab_keeper[$1]}/children")
    lab_pid[$1]=${children%% *}
}

# lab_link HOST DEVICE PEER DEVICE: a cable. A first DEVICE that is a bridge gets one more port.
lab_link() {
    if lab_run "$1" test -d "/sys/class/net/$2/bridge"; then
        ip link add "$2-$3" netns "${lab_pid[$1]}" type veth peer name "$4" netns "${lab_pid[$3]}"
        lab_run "$1" ip link set "$2-$3" master "$2" up
    else
        ip link add "$2" netns "${lab_pid[$1]}" type veth peer name "$4" netns "${lab_pid[$3]}"
    fi
}

lab_bridge() { lab_run "$1" ip link add "$2" type bridge forward_delay 0; }

# lab_address HOST DEVICE IPV4/WIDTH IPV6/WIDTH
lab_address() {
    lab_run "$1" sh -ec 'ip link set "$0" up; ip addr add "$1" dev "$0"; ip addr add "$2" dev "$0" nodad' "$2" "$3" "$4"
}

# lab_user HOST NAME UID SHELL
lab_user() {
    lab_run "$1" sh -ec '
        echo "$0:x:$1:$1::/home/$0:$2" >>/etc/passwd
        echo "$0:x:$1:" >>/etc/group
        echo "$0:*:19000:0:99999:7:::" >>/etc/shadow
        install -d -m 700 -o "$1" -g "$1" "/home/$0"' "$2" "$3" "$4"
}

lab_client_keys() {
    # Everybody on the client may log in everywhere, and knows the one host key that all servers have.
    lab_run client sh -ec '
        printf "* %s\n" "$(cut -d" " -f1,2 "$0/hostkey.pub")" >/etc/ssh/ssh_known_hosts
        printf "Host *\n    User remote\n    ConnectTimeout 20\n" >/etc/ssh/ssh_config
        for user in root local typist doer; do
            home=$(getent passwd "$user" | cut -d: -f6)
            install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
            install -m 600 -o "$user" -g "$user" "$0/key" "$home/.ssh/id_ed25519"
        done' "$lab_dir"
}

lab_sshd() {
    local user uid=64001
    for user in remote:/bin/sh remote-tcsh:/bin/tcsh remote-fish:/usr/bin/fish; do
        lab_user "$1" "${user%%:*}" "$uid" "${user#*:}"
        uid=$((uid + 1))
    done
    cat >"$lab_dir/$1.etc/ssh/sshd_config" <<EOF
HostKey $lab_dir/hostkey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
MaxStartups 100
MaxSessions 100
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
EOF
    lab_run "$1" sh -ec '
        for user in remote remote-tcsh remote-fish; do
            install -d -m 700 -o "$user" -g "$user" "/home/$user/.ssh"
            install -m 600 -o "$user" -g "$user" "$0/key.pub" "/home/$user/.ssh/authorized_keys"
        done
        /usr/sbin/sshd -E /var/log/sshd' "$lab_dir"
}

lab_services() {
    mkdir "$lab_dir/www"
    echo 'Hello from the target, which only the ssh server can reach.' >"$lab_dir/www/index.html"
    cat >"$lab_dir/nginx.conf" <<EOF
user root;
worker_processes 1;
error_log /var/log/nginx-error;
pid /run/nginx.pid;
events { worker_connections 8192; }
http {
    access_log /var/log/nginx-access;
    client_body_temp_path /run/nginx-body;
    proxy_temp_path /run/nginx-proxy;
    fastcgi_temp_path /run/nginx-fastcgi;
    uwsgi_temp_path /run/nginx-uwsgi;
    scgi_temp_path /run/nginx-scgi;
    sendfile on;
    server { listen 80; listen [::]:80; root $lab_dir/www; }
}
EOF
    lab_run target nginx -c "$lab_dir/nginx.conf"
    lab_run target iperf3 -s -D
    lab_run target sh -c '/usr/bin/python3 "$0/peer.py" serve >/var/log/peer 2>&1 &' "$lab_dir"
}

lab_make() {
    local extra=" $* " host hosts='client server target' bridged=
    for host in "$@"; do
        case $host in
            lan) ;;
            server2 | jump) bridged=1 ;;
            *) echo "lab: no such host: $host" >&2; return 1 ;;
        esac
        hosts="$hosts $host"
    done

    cat >"$lab_dir/hosts" <<EOF
192.0.2.1 client
192.0.2.2 server
192.0.2.3 server2
192.0.2.4 jump
198.51.100.2 target
203.0.113.2 lan
2001:db8:1::2 server6
2001:db8:1::3 server2-6
2001:db8:1::4 jump6
2001:db8:2::2 target6
EOF
    ssh-keygen -q -t ed25519 -N '' -C lab -f "$lab_dir/hostkey"
    ssh-keygen -q -t ed25519 -N '' -C lab -f "$lab_dir/key"
    cp "$(dirname "$lab_source")/peer.py" "$lab_dir/peer.py"
    chmod 755 "$lab_dir/peer.py"

    for host in $hosts; do lab_host "$host"; done
    for host in $hosts; do lab_wait_host "$host"; done

    if [ -n "$bridged" ]; then
        lab_bridge client eth0
        lab_bridge target eth0
    fi
    lab_link client eth0 server eth0
    lab_link target eth0 server eth1
    lab_address client eth0 192.0.2.1/24 2001:db8:1::1/64
    lab_address server eth0 192.0.2.2/24 2001:db8:1::2/64
    lab_address server eth1 198.51.100.1/24 2001:db8:2::1/64
    lab_address target eth0 198.51.100.2/24 2001:db8:2::2/64
    lab_run client ip route add default via 192.0.2.2
    lab_run client ip -6 route add default via 2001:db8:1::2
    # So that a connect to a dropped port gives up after some 3 s, not after 2 minutes, and one knows "unreachable".
    lab_run server sysctl -qw net.ipv4.tcp_syn_retries=1
    lab_run server ip route add unreachable 198.51.100.99
    lab_run server ip -6 route add unreachable 2001:db8:2::99
    lab_run target nft -f - <<'EOF'
table inet lab {
    chain input {
        type filter hook input priority 0; policy accept;
        tcp dport 9999 drop
    }
}
EOF
    lab_sshd server
    dropbearconvert openssh dropbear "$lab_dir/hostkey" "$lab_dir/hostkey.dropbear" 2>/dev/null
    lab_run server dropbear -r "$lab_dir/hostkey.dropbear" -p 2222

    case $extra in *' server2 '*)
        lab_link client eth0 server2 eth0
        lab_link target eth0 server2 eth1
        lab_address server2 eth0 192.0.2.3/24 2001:db8:1::3/64
        lab_address server2 eth1 198.51.100.3/24 2001:db8:2::3/64
        lab_sshd server2
        ;;
    esac
    case $extra in *' jump '*)
        lab_link client eth0 jump eth0
        lab_address jump eth0 192.0.2.4/24 2001:db8:1::4/64
        lab_sshd jump
        ;;
    esac
    case $extra in *' lan '*)
        lab_link client eth1 lan eth0
        lab_address client eth1 203.0.113.1/24 2001:db8:3::1/64
        lab_address lan eth0 203.0.113.2/24 2001:db8:3::2/64
        lab_run lan ip route add default via 203.0.113.1
        lab_run lan ip -6 route add default via 2001:db8:3::1
        # The way back for what the client forwards by itself.
        lab_run server ip route add 203.0.113.0/24 via 192.0.2.1
        lab_run server ip -6 route add 2001:db8:3::/64 via 2001:db8:1::1
        lab_run client sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        ;;
    esac

    lab_user client local 64001 /bin/sh
    lab_user client typist 64002 /bin/sh
    lab_user client doer 64003 /bin/sh
    printf 'local ALL=(ALL) NOPASSWD: ALL\ntypist ALL=(ALL) ALL\n' >"$lab_dir/client.etc/sudoers.d/lab"
    chmod 440 "$lab_dir/client.etc/sudoers.d/lab"
    echo 'permit nopass doer' >"$lab_dir/client.etc/doas.conf"
    echo 'typist:lab' | lab_run client chpasswd -c SHA256
    lab_client_keys
    lab_services
}

lab_start() {
    if [ "$(id -u)" -ne 0 ]; then
        echo 'lab: making hosts out of namespaces needs root' >&2
        return 1
    fi
    local old owner
    for old in /tmp/sshuttle-lab.*/; do
        owner=$(cat "$old/owner" 2>/dev/null) || continue
        kill -0 "$owner" 2>/dev/null || rm -rf "$old"
    done
    lab_dir=$(mktemp -d /tmp/sshuttle-lab.XXXXXX)
    chmod 755 "$lab_dir"
    echo $$ >"$lab_dir/owner"
    lab_make "$@"
}

lab_stop() {
    [ -n "${lab_dir:-}" ] || return 0
    local host
    for host in "${!lab_keeper[@]}"; do
        { kill -KILL "${lab_keeper[$host]}" && wait "${lab_keeper[$host]}"; } 2>/dev/null || true
    done
    rm -rf "$lab_dir"
    lab_dir=
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    case ${1:-} in
        host) lab_host_main "$2" "$3" ;;
        serve)
            set -e
            trap lab_stop EXIT
            trap 'exit 130' HUP INT TERM
            lab_start "${@:2}"
            echo "dir $lab_dir"
            for host in "${!lab_pid[@]}"; do echo "host $host ${lab_pid[$host]}"; done
            echo ready
            cat >/dev/null
            ;;
        *) sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
fi
