using System.Linq;
using Sshuttle.Client;
using Xunit;

namespace Sshuttle.Tests.Client;

public class ElevationTests
{
    [Theory]
    [InlineData(true, true, "sudo doas su", "/bin/sshuttle --firewall")]
    [InlineData(false, true, "sudo doas su", "sudo -p [local sudo] Password:  /bin/sshuttle --firewall|doas /bin/sshuttle --firewall|su -c exec /bin/sshuttle --firewall <&1|/bin/sshuttle --firewall")]
    [InlineData(false, false, "sudo doas su", "sudo -p [local sudo] Password:  /bin/sshuttle --firewall|doas /bin/sshuttle --firewall|/bin/sshuttle --firewall")]
    [InlineData(false, true, "doas su", "doas /bin/sshuttle --firewall|su -c exec /bin/sshuttle --firewall <&1|/bin/sshuttle --firewall")]
    [InlineData(false, false, "", "/bin/sshuttle --firewall")]
    public void WaysToRoot_AreTriedInOrder(bool root, bool terminal, string programs, string expected) => Assert.Equal(
        expected.Split('|'),
        Elevation.Attempts(root, terminal, ["/bin/sshuttle", "--firewall"], programs.Split(' ').Contains).Select(words => string.Join(' ', words)));

    [Fact]
    public void Su_GetsItsCommandQuoted() => Assert.Contains(
        "exec '/my dir/sshuttle' --firewall <&1",
        Elevation.Attempts(false, true, ["/my dir/sshuttle", "--firewall"], program => program == Elevation.Su)[0]);
}
