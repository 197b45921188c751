using System;
using System.Text;
using Sshuttle.Dns;
using Xunit;

namespace Sshuttle.Tests.Dns;

public class DomainSetTests
{
    [Theory]
    [InlineData("corp.example", "corp.example", true)]
    [InlineData("corp.example", "www.corp.example", true)]
    [InlineData("corp.example", "a.b.CORP.Example", true)]
    [InlineData("Corp.EXAMPLE", "corp.example", true)]
    [InlineData("corp.example", "example", false)]
    [InlineData("corp.example", "mycorp.example", false)]
    [InlineData("corp.example", "corp.example.net", false)]
    [InlineData("corp.example", "corp-example", false)]
    [InlineData("corp.example", "", false)]
    [InlineData("example,10.in-addr.arpa", "1.2.3.10.in-addr.arpa", true)]
    [InlineData("example,10.in-addr.arpa", "1.2.3.110.in-addr.arpa", false)]
    [InlineData("example,10.in-addr.arpa", "x.example", true)]
    [InlineData("", "anything.at.all", true)]
    [InlineData("", "", true)]
    public void Name_IsInADomainByWholeLabels(string domains, string name, bool expected) =>
        Assert.Equal(expected, new DomainSet(domains.Split(',')).Contains(Wire(name)));

    [Fact]
    public void NoDomain_HoldsNothing()
    {
        DomainSet none = new([]);
        Assert.True(none.IsEmpty);
        Assert.False(none.Contains(Wire("example")));
        Assert.False(new DomainSet(["example"]).IsEmpty);
    }

    // The label is one byte that looks like "1a" in length and letter.
    [Fact]
    public void LabelsThatOnlyLookAlike_Differ() =>
        Assert.False(new DomainSet(["a.b"]).Contains([3, (byte)'a', 1, (byte)'b', 0]));

    private static byte[] Wire(string name)
    {
        string text = "";
        foreach (string label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            text += (char)label.Length + label;
        }

        return Encoding.ASCII.GetBytes(text + "\0");
    }
}
