using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Client;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Client;

public class ResolverTests
{
    private const string Hosts = """
        127.0.0.1	localhost
        ::1 localhost ip6-localhost
        # 192.0.2.1 commented
        192.0.2.2 two TWO.example # and three
        192.0.2.2	two
        2001:db8::2 two
        fe80::1%eth0 two
        nonsense two
        192.0.2.4

        """;

    [Theory]
    [InlineData("localhost", "127.0.0.1 ::1")]
    [InlineData("two", "192.0.2.2 2001:db8::2")]
    [InlineData("two.EXAMPLE", "192.0.2.2")]
    [InlineData("three", "")]
    [InlineData("commented", "")]
    [InlineData("192.0.2.4", "")]
    public void HostsFile_NamesAddresses(string name, string expected) => Assert.Equal(expected, Column(Hosts, name));

    [Fact]
    public void GetentsOutput_IsTakenWhole() => Assert.Equal(
        "2001:db8::2 192.0.2.2",
        Column("2001:db8::2     STREAM host\n2001:db8::2     DGRAM\n192.0.2.2       STREAM\n192.0.2.2       RAW    \n", null));

    [Fact]
    public void Localhost_IsFoundHere() => Assert.Contains(Make.Address("127.0.0.1"), Resolver.Lookup("localhost"));

    [Theory]
    [InlineData("no-such-host.invalid")]
    [InlineData("")]
    [InlineData("a b")]
    public void UnknownName_HasNoAddress(string name) => Assert.Empty(Resolver.Lookup(name));

    private static string Column(string text, string? name)
    {
        List<IpAddress> addresses = [];
        Resolver.AddColumn(addresses, text, name);
        return string.Join(' ', addresses);
    }
}
