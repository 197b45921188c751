using System;
using System.Collections.Generic;

namespace Sshuttle.Tests.Firewall;

/// <summary>Rules of other programs that are there before ours.</summary>
internal static class Surroundings
{
    private const string Docker = """
        *nat
        :DOCKER - [0:0]
        -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
        -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
        -A POSTROUTING -s 198.51.100.0/24 ! -o docker0 -j MASQUERADE
        -A DOCKER -i docker0 -j RETURN
        -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 198.51.100.2:80
        COMMIT
        *filter
        :DOCKER-USER - [0:0]
        -A FORWARD -j DOCKER-USER
        -A DOCKER-USER -j RETURN
        COMMIT

        """;

    private const string Firewalld = """
        table inet firewalld {
            chain nat_PREROUTING {
                type nat hook prerouting priority -90; policy accept;
                jump nat_PREROUTING_ZONES
            }
            chain nat_PREROUTING_ZONES {
                tcp dport 8081 redirect to :8082
            }
            chain nat_OUTPUT {
                type nat hook output priority -90; policy accept;
            }
            chain filter_INPUT {
                type filter hook input priority 10; policy accept;
                ct state established,related accept
                iifname "lo" accept
            }
        }

        """;

    /// <summary>By name.</summary>
    public static readonly IReadOnlyDictionary<string, Action<NetNs>> All = new Dictionary<string, Action<NetNs>>
    {
        ["nothing"] = static _ => { },
        ["docker"] = static net => net.Feed(Docker, "iptables-restore"),
        ["docker-legacy"] = static net => net.Feed(Docker, "iptables-legacy-restore"),
        ["firewalld"] = static net => net.Feed(Firewalld, "nft", "-f", "-"),
        ["empty nat table"] = static net => net.MustRun("nft", "add", "table", "ip", "nat"),
        ["empty base chain"] = static net => net.Feed(
            "*nat\n-A OUTPUT -j ACCEPT\n-D OUTPUT -j ACCEPT\nCOMMIT\n", "iptables-restore", "--noflush"),
    };
}
