using System.Text;
using Sshuttle.Base;
using Xunit;

namespace Sshuttle.Tests.Base;

public class IpAddressTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    public void Text_ParsesToCanonicalForm(string text, string canonical)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        Assert.Equal(canonical, address.ToString());
        Assert.True(IpAddress.TryParse(Encoding.ASCII.GetBytes(canonical), out IpAddress again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.04")]
    [InlineData("1.2.3.")]
    [InlineData(" 1.2.3.4")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1::2::3")]
    [InlineData("12345::")]
    [InlineData("1:")]
    [InlineData(":1:2:3:4:5:6:7:8")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::1.2.3")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("é::1")]
    public void BadText_IsRefused(string text) => Assert.False(IpAddress.TryParse(text, out _));

    [Theory]
    [InlineData("10.1.2.3", 8, "10.0.0.0")]
    [InlineData("10.1.2.3", 0, "0.0.0.0")]
    [InlineData("10.1.2.3", 32, "10.1.2.3")]
    [InlineData("2001:db8:ffff:ffff:ffff::1", 36, "2001:db8:f000::")]
    [InlineData("2001:db8::ffff:ffff", 64, "2001:db8::")]
    [InlineData("2001:db8::ffff:ffff", 116, "2001:db8::ffff:f000")]
    [InlineData("2001:db8::1", 0, "::")]
    [InlineData("2001:db8::1", 128, "2001:db8::1")]
    public void Masked_ClearsHostBits(string text, int width, string expected)
    {
        Assert.True(IpAddress.TryParse(text, out IpAddress address));
        Assert.Equal(expected, address.Masked(width).ToString());
    }

    [Fact]
    public void Unmapped_TurnsMappedAddressIntoIpv4()
    {
        Assert.True(IpAddress.TryParse("::ffff:192.0.2.7", out IpAddress mapped));
        Assert.Equal("192.0.2.7", mapped.Unmapped().ToString());
    }
}
