using Sshuttle.Cli;
using Sshuttle.Client;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Client;

public class DryRunTests
{
    [Theory]
    [InlineData("auto", "-r me@host 0/0 2001:db8::/32 -x 10.0.0.0/8")]
    [InlineData("nat", "-r me@host --method nat --disable-ipv6 -l 0.0.0.0:5000 10.0.0.0/8:80-90")]
    [InlineData("local", "10.0.0.0/8")]
    public void Text_IsTheRulesAndTheirUndoing(string name, string words)
    {
        Options options = OptionParser.Parse(words.Split(' '));
        RunPlan plan = RunPlan.Make(
            ListenAddresses.Choose(name == "nat" ? [Make.Endpoint("0.0.0.0", 5000)] : [], options.Ipv6Disabled), SubnetList.Load(options));
        Golden.Check("dry-run." + name, DryRun.Text(options, plan, options.Remote is null ? (byte)63 : null));
    }
}
