using Sshuttle.Base;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Cli;

public class RemoteTargetTests
{
    [Theory]
    [InlineData("Host", null, null, "Host", null)]
    [InlineData("my_Alias", null, null, "my_Alias", null)]
    [InlineData("user@Host", "user", null, "Host", null)]
    [InlineData("user@host:2222", "user", null, "host", 2222)]
    [InlineData("Host.Example:2222", null, null, "host.example", 2222)]
    [InlineData("Host:", null, null, "host", null)]
    [InlineData("host:0022", null, null, "host", 22)]
    [InlineData("host:65535", null, null, "host", 65535)]
    [InlineData("192.0.2.1", null, null, "192.0.2.1", null)]
    [InlineData("192.0.2.1:22", null, null, "192.0.2.1", 22)]
    [InlineData("user:pass@host", "user", "pass", "host", null)]
    [InlineData("user:pa:ss@host:22", "user", "pa:ss", "host", 22)]
    [InlineData("user:p@ss@host:22", "user", "p@ss", "host", 22)]
    [InlineData("me@corp.example@host", "me@corp.example", null, "host", null)]
    [InlineData("me@corp.example:secret@host", "me@corp.example", "secret", "host", null)]
    [InlineData("u:@h", "u", null, "h", null)]
    [InlineData(":secret@h", null, "secret", "h", null)]
    [InlineData("@h", null, null, "h", null)]
    [InlineData("CORP\\me@h", "CORP\\me", null, "h", null)]
    [InlineData("2001:DB8::1", null, null, "2001:DB8::1", null)]
    [InlineData("user@2001:db8::1", "user", null, "2001:db8::1", null)]
    [InlineData("fe80::1%Eth0", null, null, "fe80::1%Eth0", null)]
    [InlineData("[2001:DB8::1]", null, null, "2001:db8::1", null)]
    [InlineData("[2001:db8::1]:22", null, null, "2001:db8::1", 22)]
    [InlineData("user:pass@[2001:db8::1]:22", "user", "pass", "2001:db8::1", 22)]
    [InlineData("[FE80::1%Eth0]:22", null, null, "fe80::1%Eth0", 22)]
    [InlineData("::1", null, null, "::1", null)]
    public void Text_IsTakenApart(string text, string? user, string? password, string host, int? port) =>
        Assert.Equal(new RemoteTarget(user, password, host, port), RemoteTarget.Parse(text));

    [Theory]
    [InlineData("host:x", "'x' is no port")]
    [InlineData("host:22x", "'22x' is no port")]
    [InlineData("host:-1", "'-1' is no port")]
    [InlineData("host:+22", "'+22' is no port")]
    [InlineData("host:0", "between 1 and 65535")]
    [InlineData("host:65536", "between 1 and 65535")]
    [InlineData("host:99999999999999", "between 1 and 65535")]
    [InlineData("host:22:23", "'22:23' is no port")]
    [InlineData("host:22/", "'22/' is no port")]
    [InlineData("1:2:3:4:5:6:7:8:22", "is no port")]
    [InlineData("[2001:db8::1", "brackets hold an IPv6 address")]
    [InlineData("[2001:db8::1]x", "'x' is no port")]
    [InlineData("[2001:db8::1]22", "'22' is no port")]
    [InlineData("[host]:22", "brackets hold an IPv6 address")]
    [InlineData("[]:22", "brackets hold an IPv6 address")]
    [InlineData("[fe80::1%]:22", "brackets hold an IPv6 address")]
    [InlineData("", "host is missing")]
    [InlineData("user@", "host is missing")]
    [InlineData(":22", "host is missing")]
    [InlineData("user@:22", "host is missing")]
    [InlineData("-oProxyCommand=id", "may begin with '-'")]
    [InlineData("user@-oProxyCommand=id", "may begin with '-'")]
    [InlineData("-x:22", "may begin with '-'")]
    [InlineData("-oProxyCommand=id@host", "may begin with '-'")]
    [InlineData("host name", "blank or a control character")]
    [InlineData(" host", "blank or a control character")]
    [InlineData("host\t", "blank or a control character")]
    [InlineData("host\n", "blank or a control character")]
    [InlineData("ho\u001bst", "blank or a control character")]
    [InlineData("ho\u00a0st", "blank or a control character")]
    [InlineData("us\ner@host", "blank or a control character")]
    [InlineData("ssh://u@h:22", "write u@h:22")]
    [InlineData("SSH://h/", "write h")]
    public void BadText_IsUsageErrorThatNamesIt(string text, string reason)
    {
        Fatal fatal = Assert.Throws<Fatal>(() => RemoteTarget.Parse(text));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
        Assert.StartsWith($"-r '{text}': ", fatal.Message);
        Assert.Contains(reason, fatal.Message);
    }

    [Theory]
    [InlineData("user:secret@host:x", "-r 'user:***@host:x': 'x' is no port; one is between 1 and 65535")]
    [InlineData("ssh://u:secret@h/", "-r 'ssh://u:***@h/': it takes no URL; write u:***@h")]
    public void Password_IsNotRepeatedInErrors(string text, string message) =>
        Assert.Equal(message, Assert.Throws<Fatal>(() => RemoteTarget.Parse(text)).Message);

    [Theory]
    [InlineData("host", "host")]
    [InlineData("me@corp:secret@host:22", "me@corp@host:22")]
    [InlineData("[2001:db8::1]:22", "[2001:db8::1]:22")]
    [InlineData("u@2001:db8::1", "u@2001:db8::1")]
    public void Text_LeavesThePasswordOut(string text, string shown) =>
        Assert.Equal(shown, RemoteTarget.Parse(text).ToString());
}
