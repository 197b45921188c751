using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class InetAtonTests
{
    [Theory]
    [InlineData("0", "0.0.0.0")]
    [InlineData("00", "0.0.0.0")]
    [InlineData("10", "0.0.0.10")]
    [InlineData("10.1", "10.0.0.1")]
    [InlineData("1.2.3", "1.2.0.3")]
    [InlineData("1.2.3.4", "1.2.3.4")]
    [InlineData("127.1", "127.0.0.1")]
    [InlineData("1.16777215", "1.255.255.255")]
    [InlineData("1.2.65535", "1.2.255.255")]
    [InlineData("4294967295", "255.255.255.255")]
    [InlineData("3232235777", "192.168.1.1")]
    [InlineData("0x0a000001", "10.0.0.1")]
    [InlineData("0XA000001", "10.0.0.1")]
    [InlineData("0xa.0xb", "10.0.0.11")]
    [InlineData("010.0.0.1", "8.0.0.1")]
    [InlineData("0000000000000000012", "0.0.0.10")]
    public void Number_IsAddress(string text, string expected)
    {
        Assert.True(InetAton.TryParse(text, out IpAddress address));
        Assert.Equal(expected, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.65536")]
    [InlineData("1.16777216")]
    [InlineData("256.1")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999999")]
    [InlineData("0x")]
    [InlineData("0x.1")]
    [InlineData("0xg")]
    [InlineData("08")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("a")]
    [InlineData("1a")]
    public void AnythingElse_IsNot(string text) => Assert.False(InetAton.TryParse(text, out _));
}
