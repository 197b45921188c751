using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class SubnetFileTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    [InlineData("1.2.3.4", "1.2.3.4")]
    [InlineData("1.2.3.4\n", "1.2.3.4")]
    [InlineData("1.2.3.4\r\n5.6.7.8:80\r\n", "1.2.3.4 5.6.7.8:80")]
    [InlineData("# all of it\n  0/0\t\n \n::/0\n#end", "0/0 ::/0")]
    public void Lines_BecomeSubnets(string text, string expected)
    {
        List<SubnetSyntax> subnets = SubnetFile.Parse("nets", text);
        Assert.Equal(expected, string.Join(' ', subnets.ConvertAll(subnet => subnet.Text)));
    }

    [Theory]
    [InlineData("1.2.3.4\n\n1.2.3.4 # office\n", "/etc/nets:3: '1.2.3.4 # office'")]
    [InlineData(" # indented", "/etc/nets:1: '# indented'")]
    [InlineData("1.2.3.4 5.6.7.8", "/etc/nets:1: '1.2.3.4 5.6.7.8'")]
    [InlineData("#\n1.2.3.4/33", "/etc/nets:2: '1.2.3.4/33'")]
    public void BadLine_IsNamed(string text, string start)
    {
        Fatal fatal = Assert.Throws<Fatal>(() => SubnetFile.Parse("/etc/nets", text));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
        Assert.StartsWith(start, fatal.Message);
    }
}
