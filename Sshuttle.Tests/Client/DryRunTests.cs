using System.Collections.Generic;
using Sshuttle.Base;
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
    [InlineData("tproxy", "-r me@host --method tproxy --tmark 2F --user root --group 0 10.0.0.0/8 ::/0")]
    [InlineData("tproxy-tcp", "-r me@host --method tproxy --udp off -l [::1]:5000 ::/0")]
    [InlineData("udp", "-r me@host --udp on 10.0.0.0/8")]
    [InlineData("reject", "-r me@host --method nat --udp reject 10.0.0.0/8:443")]
    public void Text_IsTheRulesAndTheirUndoing(string name, string words)
    {
        Options options = OptionParser.Parse(words.Split(' '));
        RunPlan plan = RunPlan.Make(
            ListenAddresses.Choose(Literals(options), options.Ipv6Disabled), SubnetList.Load(options));
        Golden.Check("dry-run." + name, DryRun.Text(options, plan, new Capture(options)));
    }

    private static List<Endpoint> Literals(Options options)
    {
        List<Endpoint> endpoints = [];
        foreach (ListenSyntax item in options.Listen)
        {
            Assert.True(item.TryLiteral(out Endpoint endpoint));
            endpoints.Add(endpoint);
        }

        return endpoints;
    }
}
