using Sshuttle.Base;
using Xunit;

namespace Sshuttle.Tests.Base;

public class ScopedAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", null)]
    [InlineData("2001:DB8::1", "2001:db8::1", null)]
    [InlineData("fe80::1%eth0", "fe80::1", "eth0")]
    [InlineData("fe80::1%2", "fe80::1", "2")]
    [InlineData("fe80::1%br-lan.100:0abc", "fe80::1", "br-lan.100:0abc")]
    public void Address_IsRead(string text, string address, string? scope)
    {
        Assert.True(ScopedAddress.TryParse(text, out ScopedAddress scoped));
        Assert.Equal((address, scope), (scoped.Address.ToString(), scoped.Scope));
        Assert.Equal(text, scoped.ToString(), ignoreCase: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%eth0")]
    [InlineData("fe80::1%")]
    [InlineData("fe80::1%eth0%1")]
    [InlineData("fe80::1%../../x")]
    [InlineData("fe80::1%a b")]
    [InlineData("fe80::1%eth\u00e9")]
    [InlineData("fe80::1%sixteen-letters0")]
    [InlineData("192.0.2.1%eth0")]
    [InlineData("host%eth0")]
    public void WhatIsNone_IsRefused(string text) => Assert.False(ScopedAddress.TryParse(text, out _));
}
