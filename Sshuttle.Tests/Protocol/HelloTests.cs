using System.Text;
using Sshuttle.Protocol;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class HelloTests
{
    [Fact]
    public void Greeting_RoundTrips()
    {
        Hello hello = new("0.1.0", 16384);
        byte[] bytes = hello.ToBytes();
        Assert.Equal("sshuttle-e1 version=0.1.0 window=16384", Encoding.ASCII.GetString(bytes));
        Assert.True(Hello.IsHello(bytes));
        Assert.Equal(hello, Hello.Parse(bytes));
    }

    [Fact]
    public void Ttl_RoundTrips()
    {
        Hello hello = new("0.1.0", 16384, 63);
        Assert.EndsWith(" window=16384 ttl=63", Encoding.ASCII.GetString(hello.ToBytes()));
        Assert.Equal(hello, Hello.Parse(hello.ToBytes()));
    }

    [Theory]
    [InlineData("192.0.2.53", 53, " ttl=63 to-ns=192.0.2.53@53")]
    [InlineData("2001:db8::53", 5353, " ttl=63 to-ns=2001:db8::53@5353")]
    public void Nameserver_RoundTrips(string address, int port, string end)
    {
        Hello hello = new("0.1.0", 16384, 63, Make.Endpoint(address, port));
        Assert.EndsWith(end, Encoding.ASCII.GetString(hello.ToBytes()));
        Assert.Equal(hello, Hello.Parse(hello.ToBytes()));
    }

    [Theory]
    [InlineData("sshuttle-e1 window=1 version=x", "x", 1)]
    [InlineData("sshuttle-e1 future=a,b=c version=2-rc1 more= window=0", "2-rc1", 0)]
    [InlineData("sshuttle-e1 window=999999999 version=1", "1", 999999999)]
    public void OrderAndUnknownWords_DoNotMatter(string text, string version, int window) =>
        Assert.Equal(new Hello(version, window), Hello.Parse(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("sshuttle-e1 ")]
    [InlineData("sshuttle-e1 version=1")]
    [InlineData("sshuttle-e1 window=1")]
    [InlineData("sshuttle-e1 version= window=1")]
    [InlineData("sshuttle-e1 version=1 window=")]
    [InlineData("sshuttle-e1 version=1 window=-1")]
    [InlineData("sshuttle-e1 version=1 window=1000000000")]
    [InlineData("sshuttle-e1 version=1 window=0x10")]
    [InlineData("sshuttle-e1 version=1 window=1 window=1")]
    [InlineData("sshuttle-e1 version=1 version=1 window=1")]
    [InlineData("sshuttle-e1 version=1  window=1")]
    [InlineData("sshuttle-e1 version=1 window=1 ")]
    [InlineData("sshuttle-e1 version=1 window=1 loose")]
    [InlineData("sshuttle-e1 version=1 window=1 =x")]
    [InlineData("sshuttle-e1 version=1 window=1 ttl=0")]
    [InlineData("sshuttle-e1 version=1 window=1 ttl=256")]
    [InlineData("sshuttle-e1 version=1 window=1 ttl=")]
    [InlineData("sshuttle-e1 version=1 window=1 ttl=1 ttl=1")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=192.0.2.1")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=192.0.2.1@")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=192.0.2.1@0")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=192.0.2.1@65536")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=host@53")]
    [InlineData("sshuttle-e1 version=1 window=1 to-ns=192.0.2.1@53 to-ns=192.0.2.1@53")]
    [InlineData("sshuttle-e1 version=1\u001b[0m window=1")]
    [InlineData("sshuttle-e1 version=123456789012345678901234567890123 window=1")]
    public void OutOfForm_IsRefused(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Assert.True(Hello.IsHello(bytes));
        Assert.Null(Hello.Parse(bytes));
    }

    [Fact]
    public void TooLong_IsRefused() =>
        Assert.Null(Hello.Parse(Encoding.ASCII.GetBytes("sshuttle-e1 version=1 window=1 x=" + new string('y', Hello.MaxSize))));

    [Theory]
    [InlineData("chicken")]
    [InlineData("")]
    [InlineData("sshuttle-e1")]
    [InlineData("sshuttle-e2 version=1 window=1")]
    [InlineData("Sshuttle-e1 version=1 window=1")]
    public void OtherPings_AreNoGreeting(string text) => Assert.False(Hello.IsHello(Encoding.ASCII.GetBytes(text)));
}
