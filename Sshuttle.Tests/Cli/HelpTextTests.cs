using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class HelpTextTests
{
    private const string Help =
        """
        usage: sshuttle [OPTIONS] [-r [USER[:PASSWORD]@]HOST[:PORT]] SUBNET...

        Routes subnets through an ssh server, where an ordinary account is enough.

        What is routed:
          SUBNET...             what to route through the server:
                                ADDRESS[/WIDTH][:PORT[-PORT]], with a name or an IPv6
                                address for ADDRESS if wanted; 0/0 is all of IPv4 and
                                ::/0 all of IPv6
          -x, --exclude SUBNET  leave this subnet alone (may be repeated)
          -s, --subnets FILE    read subnets from a file, one a line; lines beginning
                                with # are skipped (may be repeated)
          -X, --exclude-from FILE
                                read subnets to leave alone from a file, in the same
                                form (may be repeated)

        The way to the server:
          -r, --remote [USER[:PASSWORD]@]HOST[:PORT]
                                the ssh server to go through; without it the server
                                runs on this machine, for testing
          -e, --ssh-cmd COMMAND
                                the ssh program, with arguments if wanted, split as a
                                shell would (default: ssh)
          --no-cmd-delimiter    do not put -- before the remote command, for ssh
                                wrappers that cannot take it
          --tunnels N           spread connections over this many ssh links, 1 to 16,
                                for lines faster than one link can fill (default: 1)
          --no-cipher-choice    do not ask ssh for AES-GCM first, where this CPU is
                                fast at it and ssh's configuration names no cipher
          --no-latency-control  let a bulk transfer fill the connection, though others
                                on it then wait
          --latency-buffer-size BYTES
                                allow this many bytes on their way at once instead of
                                measuring how many the connection carries

        On this machine:
          -l, --listen [ADDRESS:]PORT[,...]
                                where captured connections arrive, at most one address
                                each for IPv4 and IPv6; 0.0.0.0:0 and [::]:0 also take
                                in what this machine forwards for others (default: a
                                free port on 127.0.0.1 and ::1)
          --method auto|nat|nft|tproxy
                                the firewall to use; auto takes nft or nat, whichever
                                works (default: auto)
          --udp on|off|reject   carry UDP to the subnets as well, leave it alone, or
                                reject it so that programs use TCP instead (default: on
                                for tproxy, off for others)
          --user USER           capture only what this user's programs send, by name or
                                number
          --group GROUP         capture only what this group's programs send, by name
                                or number
          -t, --tmark MARK      the firewall mark by which packets are led back to this
                                machine, in hexadecimal, for tproxy and --udp on
                                (default: 0x1)
          --disable-ipv6        neither listen on IPv6 nor capture it
          --dry-run             print the firewall rules that would be made and how
                                they would be undone, and change nothing

        What is printed:
          -v, --verbose         say more; up to three times
          -V, --version         print the version
          -h, --help            print this help

        Started by sshuttle itself:
          --firewall            be the privileged helper that makes and undoes the
                                rules (internal use only)
          --guard               be the process that undoes the rules if the helper is
                                killed (internal use only)
          --server              be the far end of the tunnel (internal use only)

        """;

    [Fact]
    public void Help_IsThisScreen() => Assert.Equal(Help, HelpText.Render());

    [Fact]
    public void Help_FitsEightyColumns() =>
        Assert.All(HelpText.Render().Split('\n'), line => Assert.InRange(line.Length, 0, 79));

    [Fact]
    public void Error_IsUsageAndOneLine() => Assert.Equal(
        """
        usage: sshuttle [OPTIONS] [-r [USER[:PASSWORD]@]HOST[:PORT]] SUBNET...
        sshuttle: error: there is no option -z

        """,
        HelpText.Error("there is no option -z"));

    [Fact]
    public void Error_ShowsControlCharactersAsQuestionMarks() =>
        Assert.EndsWith("sshuttle: error: '?[31m' is\n", HelpText.Error("'\u001b[31m' is"));
}
