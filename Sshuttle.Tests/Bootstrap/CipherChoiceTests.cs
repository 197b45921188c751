using Sshuttle.Bootstrap;
using Sshuttle.Cli;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public class CipherChoiceTests
{
    private const string Default = "port 22\nciphers chacha20-poly1305@openssh.com,aes128-ctr,aes128-gcm@openssh.com\nuser me\n";

    [Fact]
    public void UntouchedConfiguration_GetsAesFirst()
    {
        CipherChoice.Result choice = CipherChoice.Choose(Default, Default);
        Assert.Equal(["-o", "Ciphers=aes128-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr"], choice.Arguments);
        Assert.Contains("aes128-gcm", choice.Explanation);
    }

    [Theory]
    [InlineData("ciphers aes256-ctr\n", Default)]
    [InlineData("", "")]
    [InlineData("Bad option\n", Default)]
    [InlineData("ciphers aes128-ctr\n", "ciphers aes128-ctr\n")]
    public void OwnChoiceOrUnknownSsh_IsLeftAlone(string effective, string original) =>
        Assert.Empty(CipherChoice.Choose(effective, original).Arguments);

    [Theory]
    [InlineData("processor : 0\nflags\t\t: fpu aes avx\n", true)]
    [InlineData("processor : 0\nFeatures\t: fp asimd aes\n", true)]
    [InlineData("processor : 0\nflags\t\t: fpu vaes avx\n", false)]
    [InlineData("", false)]
    public void AesInstructions_AreFoundAsAWord(string cpuInfo, bool expected) =>
        Assert.Equal(expected, CipherChoice.CpuHasAes(cpuInfo));

    [Fact]
    public void OtherCommand_IsNotAsked() =>
        Assert.Empty(CipherChoice.Begin(["dbclient"], RemoteTarget.Parse("host"))().Arguments);
}
