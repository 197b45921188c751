using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class SubnetSyntaxTests
{
    [Theory]
    [InlineData("0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    [InlineData("10/8", "0.0.0.10/8")]
    [InlineData("10.1/16", "10.0.0.1/16")]
    [InlineData("192.168/16", "192.0.0.168/16")]
    [InlineData("1.2.3.4", "1.2.3.4/32")]
    [InlineData("1.2.3.4/24", "1.2.3.4/24")]
    [InlineData("1.2.3.4:80", "1.2.3.4/32:80")]
    [InlineData("1.2.3.4/24:80-90", "1.2.3.4/24:80-90")]
    [InlineData("1.2.3.4/24:80-80", "1.2.3.4/24:80")]
    [InlineData("1.2.3.4:0", "1.2.3.4/32")]
    [InlineData("1.2.3.4:0-100", "1.2.3.4/32:0-100")]
    [InlineData("1.2.3.4:65535", "1.2.3.4/32:65535")]
    [InlineData("1.2.3.4/032:0080", "1.2.3.4/32:80")]
    [InlineData("::1", "::1/128")]
    [InlineData("[::1]", "::1/128")]
    [InlineData("[::1", "::1/128")]
    [InlineData("::1]", "::1/128")]
    [InlineData("1:2::3/64", "1:2::3/64")]
    [InlineData("[1:2::3/64]", "1:2::3/64")]
    [InlineData("[1:2::3/64]:80", "[1:2::3/64]:80")]
    [InlineData("[1:2::3/64]:80-90", "[1:2::3/64]:80-90")]
    [InlineData("::1/128:80", "[::1/128]:80")]
    [InlineData("::1:80", "::1:80/128")]
    [InlineData("::1:80-90", "[::1/128]:80-90")]
    [InlineData("2001:DB8::", "2001:db8::/128")]
    [InlineData("0x0a000001", "10.0.0.1/32")]
    [InlineData("3232235777", "192.168.1.1/32")]
    [InlineData("010.0.0.1", "8.0.0.1/32")]
    public void Address_BecomesSubnet(string text, string expected)
    {
        SubnetSyntax syntax = SubnetSyntax.Parse(text);
        Assert.False(syntax.IsName);
        Assert.True(syntax.TryLiteral(exclude: false, out Subnet subnet));
        Assert.Equal(expected, subnet.ToString());
        Assert.False(subnet.Exclude);
        Assert.True(syntax.TryLiteral(exclude: true, out subnet));
        Assert.True(subnet.Exclude);
    }

    [Theory]
    [InlineData("1.2.3.4:80-", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4:-80", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4:", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4:http", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4/", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4/x", "write ADDRESS[/WIDTH]")]
    [InlineData("/24", "write ADDRESS[/WIDTH]")]
    [InlineData(":80", "write ADDRESS[/WIDTH]")]
    [InlineData("", "write ADDRESS[/WIDTH]")]
    [InlineData(" 1.2.3.4", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4 ", "write ADDRESS[/WIDTH]")]
    [InlineData("a,b", "separate words")]
    [InlineData("1.2.3.0/255.255.255.0", "1.2.3.0/24")]
    [InlineData("1.2.3.0/255.0.255.0", "255.0.255.0 is no network mask")]
    [InlineData("1.2.3.4/33", "/33 is not between 0 and 32")]
    [InlineData("1.2.3.4/99999999999999999999", "is not between 0 and 32")]
    [InlineData("::1/129", "/129 is not between 0 and 128")]
    [InlineData("host.example/129", "/129 is not between 0 and 128")]
    [InlineData("[::1]/128:80", "inside the brackets")]
    [InlineData("[::1]/128", "inside the brackets")]
    [InlineData("fe80::1%eth0", "scope")]
    [InlineData("[fe80::1%eth0]:80", "scope")]
    [InlineData("::ffff:1.2.3.4", "write ADDRESS[/WIDTH]")]
    [InlineData("1:2:3:4:5:6:7:8:80", "no IPv6 address")]
    [InlineData("::g", "no IPv6 address")]
    [InlineData("a-b:c:d", "write ADDRESS[/WIDTH]")]
    [InlineData("-:80:90", "write ADDRESS[/WIDTH]")]
    [InlineData("::1/", "write ADDRESS[/WIDTH]")]
    [InlineData("[]::", "write ADDRESS[/WIDTH]")]
    [InlineData("*.::1", "write ADDRESS[/WIDTH]")]
    [InlineData("1.2.3.4:90-80", "write 80-90")]
    [InlineData("::1/128:90-80", "write 80-90")]
    [InlineData("1.2.3.4:70000", "at most 65535")]
    [InlineData("1.2.3.4:80-70000", "at most 65535")]
    [InlineData("1.2.3.4:99999999999999999999", "at most 65535")]
    [InlineData("1.2.3.256", "no IPv4 address")]
    [InlineData("1.2.3.4.5", "no IPv4 address")]
    [InlineData("08.0.0.1", "no IPv4 address")]
    [InlineData("4294967296", "no IPv4 address")]
    [InlineData("1.2.3.0x100", "no IPv4 address")]
    [InlineData("a/b/c", "write ADDRESS[/WIDTH]")]
    [InlineData("host.example*", "write ADDRESS[/WIDTH]")]
    [InlineData("*", "write ADDRESS[/WIDTH]")]
    [InlineData("*.", "write ADDRESS[/WIDTH]")]
    [InlineData("b\u00fccher.example", "xn--")]
    [InlineData("-", "write ADDRESS[/WIDTH]")]
    [InlineData("-host", "write ADDRESS[/WIDTH]")]
    [InlineData("..", "write ADDRESS[/WIDTH]")]
    [InlineData("[1.2.3.4]", "write ADDRESS[/WIDTH]")]
    [InlineData("host\u001b[31m", "write ADDRESS[/WIDTH]")]
    [InlineData("@/etc/sshuttle.conf", "write ADDRESS[/WIDTH]")]
    public void BadText_IsUsageErrorThatNamesIt(string text, string reason)
    {
        Fatal fatal = Assert.Throws<Fatal>(() => SubnetSyntax.Parse(text));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
        Assert.StartsWith($"'{text}'", fatal.Message);
        Assert.Contains(reason, fatal.Message);
        Assert.DoesNotContain('\n', fatal.Message);
    }

    [Theory]
    [InlineData("host.example", "host.example", null, 0, 0)]
    [InlineData("host.example:8000", "host.example", null, 8000, 8000)]
    [InlineData("host.example:8000-9000", "host.example", null, 8000, 9000)]
    [InlineData("my_host-1/24:80", "my_host-1", 24, 80, 80)]
    [InlineData("*.example.com", "*.example.com", null, 0, 0)]
    [InlineData("localhost/0", "localhost", 0, 0, 0)]
    [InlineData("0x", "0x", null, 0, 0)]
    public void Name_IsKeptForLookup(string text, string host, int? width, int first, int last)
    {
        SubnetSyntax syntax = SubnetSyntax.Parse(text);
        Assert.True(syntax.IsName);
        Assert.False(syntax.TryLiteral(exclude: false, out _));
        Assert.Equal((host, width, first, last), (syntax.Host, syntax.Width, syntax.FirstPort, syntax.LastPort));
        Assert.Null(syntax.Surprise);
    }

    [Theory]
    [InlineData("10/8", "10/8 means 0.0.0.10/8; write 10.0.0.0/8 if that is what you want")]
    [InlineData("10.1/16", "10.1/16 means 10.0.0.1/16; write 10.1.0.0/16 if that is what you want")]
    [InlineData("192.168/16", "192.168/16 means 192.0.0.168/16; write 192.168.0.0/16 if that is what you want")]
    [InlineData("10", "10 means 0.0.0.10/32; write 10.0.0.0/8 if that is what you want")]
    [InlineData("10/8:80", "10/8:80 means 0.0.0.10/8:80; write 10.0.0.0/8:80 if that is what you want")]
    [InlineData("128/1", "128/1 means 0.0.0.128/1; write 128.0.0.0/1 if that is what you want")]
    [InlineData("010.0.0.1", "010.0.0.1 means 8.0.0.1/32; write 10.0.0.1/32 if that is what you want")]
    [InlineData("0/0", null)]
    [InlineData("0/1", null)]
    [InlineData("10.1/8", null)]
    [InlineData("1.2.3.4/24", null)]
    [InlineData("3232235777", null)]
    [InlineData("0x0a000001", null)]
    [InlineData("::/0", null)]
    public void Shorthand_SaysWhatItMeans(string text, string? expected) =>
        Assert.Equal(expected, SubnetSyntax.Parse(text).Surprise);

    [Theory]
    [InlineData("h.example", "192.0.2.1", "192.0.2.1/32", null)]
    [InlineData("h.example", "192.0.2.1 2001:db8::1", "192.0.2.1/32 2001:db8::1/128", null)]
    [InlineData("h.example:80", "192.0.2.1 2001:db8::1", "192.0.2.1/32:80 [2001:db8::1/128]:80", null)]
    [InlineData("h.example/24", "192.0.2.1", "192.0.2.1/24", null)]
    [InlineData("h.example/64", "2001:db8::1", "2001:db8::1/64", null)]
    [InlineData("h.example/24", "192.0.2.1 198.51.100.1", "192.0.2.1/24 198.51.100.1/24", "2 addresses")]
    public void Name_BecomesOneSubnetForEachAddress(string text, string addresses, string expected, string? warned)
    {
        List<Subnet> subnets = [];
        SubnetSyntax.Parse(text).Resolve(Addresses(addresses), exclude: true, subnets, out string? warning);
        Assert.Equal(expected, string.Join(' ', subnets));
        Assert.All(subnets, subnet => Assert.True(subnet.Exclude));
        Assert.Equal(warned is null, warning is null);
        Assert.Contains(warned ?? "", warning ?? "");
    }

    [Theory]
    [InlineData("h.example", "", "has no address")]
    [InlineData("h.example/24", "192.0.2.1 2001:db8::1", "IPv4 and IPv6")]
    [InlineData("h.example/64", "192.0.2.1", "/64 is not between 0 and 32")]
    public void Name_ThatCannotBeUsed_IsUsageError(string text, string addresses, string reason)
    {
        SubnetSyntax syntax = SubnetSyntax.Parse(text);
        Fatal fatal = Assert.Throws<Fatal>(() => syntax.Resolve(Addresses(addresses), exclude: false, [], out _));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
        Assert.Contains(reason, fatal.Message);
    }

    internal static List<IpAddress> Addresses(string text)
    {
        List<IpAddress> addresses = [];
        foreach (string word in text.Split(' ', System.StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.True(IpAddress.TryParse(word, out IpAddress address));
            addresses.Add(address);
        }

        return addresses;
    }
}
