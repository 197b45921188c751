using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class ListenSyntaxTests
{
    [Theory]
    [InlineData("12300", "0.0.0.0:12300")]
    [InlineData("0", "0.0.0.0:0")]
    [InlineData("1.2.3.4", "1.2.3.4:0")]
    [InlineData("1.2.3.4:80", "1.2.3.4:80")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("127.1:80", "127.0.0.1:80")]
    [InlineData("[::1]", "[::1]:0")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("[::]:0", "[::]:0")]
    [InlineData("0.0.0.0:1,[::]:2", "0.0.0.0:1 [::]:2")]
    [InlineData("1,2,3", "0.0.0.0:1 0.0.0.0:2 0.0.0.0:3")]
    public void Addresses_BecomeEndpoints(string text, string expected)
    {
        List<string> endpoints = [];
        foreach (ListenSyntax item in ListenSyntax.ParseList(text))
        {
            Assert.True(item.TryLiteral(out Endpoint endpoint));
            endpoints.Add(endpoint.ToString());
        }

        Assert.Equal(expected, string.Join(' ', endpoints));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("80,")]
    [InlineData("::1")]
    [InlineData("::1:80")]
    [InlineData("*:53")]
    [InlineData("1.2.3.4:")]
    [InlineData("1.2.3.4:x")]
    [InlineData("1.2.3.4:99999")]
    [InlineData("99999")]
    [InlineData("[::1]:99999")]
    [InlineData("[::1]80")]
    [InlineData("[::1]:")]
    [InlineData("::1]:80")]
    [InlineData("[1.2.3.4]:80")]
    [InlineData("[host]:80")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData(":80")]
    [InlineData("1.2.3.256:80")]
    [InlineData("a b:80")]
    [InlineData("-1")]
    public void BadItem_IsUsageError(string text)
    {
        Fatal fatal = Assert.Throws<Fatal>(() => ListenSyntax.ParseList(text));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
        Assert.StartsWith("-l ", fatal.Message);
    }

    [Theory]
    [InlineData("localhost", "localhost", 0)]
    [InlineData("localhost:80", "localhost", 80)]
    [InlineData("my-router.example:65535", "my-router.example", 65535)]
    public void Name_IsKeptForLookup(string text, string host, int port)
    {
        ListenSyntax item = Assert.Single(ListenSyntax.ParseList(text));
        Assert.True(item.IsName);
        Assert.False(item.TryLiteral(out _));
        Assert.Equal((host, port), (item.Host, item.Port));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:80", false)]
    [InlineData("2001:db8::1", "[2001:db8::1]:80", false)]
    [InlineData("2001:db8::1 192.0.2.9 192.0.2.10", "192.0.2.9:80", true)]
    public void Name_IsItsSmallestAddress(string addresses, string expected, bool warned)
    {
        ListenSyntax item = ListenSyntax.ParseList("h.example:80")[0];
        Assert.Equal(expected, item.Resolve(SubnetSyntaxTests.Addresses(addresses), out string? warning).ToString());
        Assert.Equal(warned, warning is not null);
    }

    [Fact]
    public void Name_WithoutAddress_IsUsageError() =>
        Assert.Throws<Fatal>(() => ListenSyntax.ParseList("h.example:80")[0].Resolve([], out _));

    [Theory]
    [InlineData("", false, "127.0.0.1:0", "[::1]:0")]
    [InlineData("", true, "127.0.0.1:0", null)]
    [InlineData("80", false, "0.0.0.0:80", null)]
    [InlineData("[::]:80", false, null, "[::]:80")]
    [InlineData("1,[::]:2,3,[::1]:4", false, "0.0.0.0:3", "[::1]:4")]
    [InlineData("80", true, "0.0.0.0:80", null)]
    public void LastItemOfEachFamily_Counts(string text, bool ipv6Disabled, string? v4, string? v6)
    {
        ListenAddresses chosen = ListenAddresses.Choose(Endpoints(text), ipv6Disabled);
        Assert.Equal((v4, v6), (chosen.V4?.ToString(), chosen.V6?.ToString()));
    }

    [Fact]
    public void Ipv6Item_WithIpv6Disabled_IsUsageError()
    {
        Fatal fatal = Assert.Throws<Fatal>(() => ListenAddresses.Choose(Endpoints("80,[::1]:80"), ipv6Disabled: true));
        Assert.Equal("-l [::1]:80 is an IPv6 address, but --disable-ipv6 is given", fatal.Message);
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
    }

    private static List<Endpoint> Endpoints(string text)
    {
        List<Endpoint> endpoints = [];
        foreach (ListenSyntax item in text.Length == 0 ? [] : ListenSyntax.ParseList(text))
        {
            Assert.True(item.TryLiteral(out Endpoint endpoint));
            endpoints.Add(endpoint);
        }

        return endpoints;
    }
}
