using Sshuttle.Dns;
using Xunit;

namespace Sshuttle.Tests.Dns;

public class ResolvConfTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("nameserver 192.0.2.1\nnameserver\t2001:db8::1\r\nsearch example\n", "192.0.2.1 2001:db8::1")]
    [InlineData("  nameserver 192.0.2.1 # ours\n#nameserver 192.0.2.2\n; nameserver 192.0.2.3", "192.0.2.1")]
    [InlineData("nameserver\nnameserver host\nNAMESERVER 192.0.2.1\nnameservers 192.0.2.1", "")]
    [InlineData("nameserver 192.0.2.1\nnameserver 192.0.2.1", "192.0.2.1 192.0.2.1")]
    [InlineData("nameserver fe80::1%eth0\nnameserver fe80::2%3\nnameserver 127.0.0.53", "fe80::1%eth0 fe80::2%3 127.0.0.53")]
    public void NameserverLines_AreFound(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', ResolvConf.Nameservers(text)));
}
