using System.Collections.Generic;
using System.Linq;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

public class SubnetOrderTests
{
    [Theory]
    [InlineData("0.0.0.0/0 8000", "10.0.0.1")]
    [InlineData("10.1.0.0/16", "!10.0.0.0/8")]
    [InlineData("!10.1.0.0/16", "10.0.0.0/8")]
    [InlineData("!10.1.0.0/16", "10.1.0.0/16")]
    [InlineData("192.0.2.1 80", "!192.0.2.1")]
    [InlineData("!192.0.2.1 80", "192.0.2.1 80")]
    [InlineData("192.0.2.0/24 80-81", "192.0.2.1 80-90")]
    [InlineData("192.0.2.0/24 1-65535", "192.0.2.1")]
    [InlineData("0.0.0.0/0", "192.0.2.1 0-100")]
    [InlineData("192.0.2.1 0-100", "192.0.2.2 0-101")]
    public void FirstDecides_WhateverWasGivenFirst(string first, string second)
    {
        foreach (string[] given in new[] { new[] { first, second }, new[] { second, first } })
        {
            List<Subnet> subnets = Make.Subnets(given);
            SubnetOrder.Sort(subnets);
            Assert.Equal(Make.Subnets(first, second), subnets);
        }
    }

    [Fact]
    public void Ties_KeepTheirOrder()
    {
        List<Subnet> given = Enumerable.Range(0, 200).Select(i => Make.Subnet($"10.{i}.0.0/16")).Reverse().ToList();
        List<Subnet> sorted = [.. given];
        SubnetOrder.Sort(sorted);
        Assert.Equal(given, sorted);
    }

    [Fact]
    public void CapturedCaseOfThePythonProgram_SortsAlike()
    {
        FirewallRequest request = new()
        {
            Listener4 = Make.Endpoint("127.0.0.1", 12300),
            Listener6 = Make.Endpoint("::1", 12300),
            Subnets = Make.Subnets("10.88.0.0/16", "10.88.0.5 8000-9000", "10.88.0.6 22", "fd88::/64", "fd88::9 443", "!10.88.5.0/24"),
        };
        Assert.Equal(
            Make.Subnets("10.88.0.6 22", "10.88.0.5 8000-9000", "!127.0.0.1", "!10.88.5.0/24", "10.88.0.0/16"),
            request.Ordered(IpFamily.V4));
        Assert.Equal(Make.Subnets("fd88::9 443", "!::1", "fd88::/64"), request.Ordered(IpFamily.V6));
    }

    [Fact]
    public void OwnAddress_IsNotExcludedWhereItIsAnInclude()
    {
        FirewallRequest request = new()
        {
            Listener4 = Make.Endpoint("127.0.0.1", 12300),
            Subnets = Make.Subnets("127.0.0.1 8200", "192.0.2.0/24"),
        };
        Assert.Equal(Make.Subnets("127.0.0.1 8200", "192.0.2.0/24"), request.Ordered(IpFamily.V4));
    }

    [Fact]
    public void WildcardListener_ExcludesNothing()
    {
        FirewallRequest request = new() { Listener4 = Make.Endpoint("0.0.0.0", 12300), Subnets = Make.Subnets("0.0.0.0/0") };
        Assert.Equal(Make.Subnets("0.0.0.0/0"), request.Ordered(IpFamily.V4));
    }
}
