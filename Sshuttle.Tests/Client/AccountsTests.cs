using Sshuttle.Base;
using Sshuttle.Client;
using Xunit;

namespace Sshuttle.Tests.Client;

public class AccountsTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nme:x:1000:1001:,,,:/home/me:/bin/sh\n+::::::\nbad:x:y:1::/:\nlast:x:4294967295:1::/:\nshort:x\n";

    [Theory]
    [InlineData("root", 0u)]
    [InlineData("me", 1000u)]
    [InlineData("m", null)]
    [InlineData("", null)]
    [InlineData("+", null)]
    [InlineData("bad", null)]
    [InlineData("last", null)]
    [InlineData("short", null)]
    public void Number_IsThatOfTheName(string name, uint? number) => Assert.Equal(number, Accounts.Number(Passwd, name));

    [Theory]
    [InlineData("root", 0u)]
    [InlineData("0", 0u)]
    [InlineData("4294967294", 4294967294u)]
    public void NameOrNumber_IsFound(string name, uint number)
    {
        Assert.Equal(number, Accounts.User(name));
        Assert.Equal(number, Accounts.Group(name));
    }

    [Theory]
    [InlineData("no-such-name")]
    [InlineData("4294967295")]
    [InlineData("--help")]
    [InlineData("root:x")]
    [InlineData("")]
    public void Stranger_IsRefused(string name)
    {
        Fatal fatal = Assert.Throws<Fatal>(() => Accounts.User(name));
        Assert.Equal((Fatal.UsageCode, $"--user '{name}': there is no such user on this machine"), (fatal.ExitCode, fatal.Message));
        Assert.Contains("there is no such group", Assert.Throws<Fatal>(() => Accounts.Group(name)).Message);
    }
}
