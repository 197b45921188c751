using System;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Sshuttle.Bootstrap;
using Sshuttle.Exec;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

/// <summary>The script in each shell that is likely to be a server's sh, with a folder for an account.</summary>
public sealed class RemoteScriptTests : IDisposable
{
    private const string Served = "first --server -v\n";
    private readonly RemoteAccount account = new();

    public static TheoryData<string> Shells => ["dash", "bash --posix", "busybox sh"];

    public void Dispose() => account.Dispose();

    [Theory]
    [MemberData(nameof(Shells))]
    public void Syntax_IsUnderstood(string shell) =>
        Assert.Equal(new CommandRunner.Result(0, "", ""), CommandRunner.Run([.. shell.Split(' '), "-n"], RemoteScript.Text + "\n"));

    [Fact]
    public void Text_SurvivesTheQuotesOfEveryLoginShell()
    {
        Assert.DoesNotContain(RemoteScript.Text, c => c is '\'' or '\\' or '!' or < ' ' or > '~');
        Assert.Contains(RemoteScript.UploadPrefix.Trim(), RemoteScript.Text, StringComparison.Ordinal);
        Assert.Contains(RemoteScript.FailPrefix.Trim(), RemoteScript.Text, StringComparison.Ordinal);
        Assert.Contains($"exit {RemoteScript.FailStatus}", RemoteScript.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void FirstRun_UploadsOnce_SecondDoesNot(string shell)
    {
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
        Assert.Equal(new ScriptRun(0, Served, "", 7, ""), account.Run(shell));
        Assert.Equal([account.Digest], RemoteAccount.Files(account.Cache));
        Assert.Equal("700", RemoteAccount.Mode(account.Cache));
        Assert.Empty(RemoteAccount.Files(account.Temp));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void MatchingBinaryOnThePath_IsRun_AnotherIsNot(string shell)
    {
        RemoteAccount.WriteExecutable(Path.Combine(account.Bin, "sshuttle"), account.Server);
        Assert.Equal(new ScriptRun(0, Served, "", 7, ""), account.Run(shell));
        account.AddProgram("sshuttle", "echo the Python one");
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void SpoiltBinaryInTheCache_IsReplaced(string shell)
    {
        byte[] altered = (byte[])account.Server.Clone();
        altered[^10] ^= 1;
        foreach (byte[] spoilt in (byte[][])[[], account.Server[..1000], altered])
        {
            RemoteAccount.WriteExecutable(account.Cached, spoilt);
            Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
            Assert.Equal(new ScriptRun(0, Served, "", 7, ""), account.Run(shell));
        }

        RemoteAccount.SetMode(account.Cached, "400");
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void NoHome_RunsFromATemporaryFolder_AndLeavesNothing(string shell)
    {
        foreach (string? home in (string?[])[null, "/dev/null", "/proc"])
        {
            account.Environment.Remove("HOME");
            if (home is not null)
            {
                account.Environment["HOME"] = home;
            }

            Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
            Assert.Empty(Directory.GetFileSystemEntries(account.Temp));
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void XdgCacheHome_IsUsedWhereItIsAbsolute(string shell)
    {
        account.Environment["XDG_CACHE_HOME"] = "relative";
        Assert.Equal(1, account.Run(shell).Uploads);
        Assert.True(File.Exists(account.Cached));
        account.Environment["XDG_CACHE_HOME"] = account.Root + "/other cache";
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
        Assert.Equal(new ScriptRun(0, Served, "", 7, ""), account.Run(shell));
        Assert.Equal([account.Digest], RemoteAccount.Files(account.Root + "/other cache/sshuttle"));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void PlantedLinkInTheCachesPlace_IsNotFollowed(string shell)
    {
        string elsewhere = Directory.CreateDirectory(Path.Combine(account.Root, "elsewhere")).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(account.Cache)!);
        Directory.CreateSymbolicLink(account.Cache, elsewhere);
        RemoteAccount.WriteExecutable(Path.Combine(elsewhere, account.Digest), account.Server);
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
        Assert.Equal([account.Digest], RemoteAccount.Files(elsewhere));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void OtherPlatform_IsNamed(string shell)
    {
        account.AddProgram("uname", "case $1 in -s) echo Plan 9;; *) echo mips64;; esac");
        Assert.Equal(new ScriptRun(0, "", "Plan 9/mips64 no-binary", 96, ""), account.Run(shell));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void BinaryForAnotherPlatform_IsAskedForByItsName(string shell)
    {
        account.AddProgram("uname", "case $1 in -s) echo Linux;; *) echo none;; esac");
        using ScriptClient client = new(account, shell);
        Assert.Equal(Handshake.Outcome.Upload, client.Read(out _));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void MissingTools_HaveStandIns(string shell)
    {
        account.AddProgram("sha256sum", "exit 127");
        account.AddProgram("head", "exit 1");
        account.Server = account.Server[..20_000];
        account.AddProgram("shasum", "exit 127");
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
        account.AddProgram("openssl", "exit 127");
        Assert.EndsWith(" no-sha256", account.Run(shell).Failure, StringComparison.Ordinal);
        account.AddProgram("sha256", "[ $1 = -q ] && sha256sum() { PATH=/usr/bin:/bin; command sha256sum | cut -c 1-64; } && sha256sum");
        Assert.Equal(0, account.Run(shell).Uploads);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void BinaryThatCannotRunThere_IsSaid_AfterOneUpload(string shell)
    {
        account.Server = Encoding.ASCII.GetBytes("#!/no/such/loader\n");
        ScriptRun run = account.Run(shell);
        Assert.EndsWith(" cannot-run", run.Failure, StringComparison.Ordinal);
        Assert.Equal((1, ""), (run.Uploads, run.Error));
        Assert.Empty(RemoteAccount.Files(account.Home));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void WrongBytes_AreRefused_AndLeaveNothing(string shell)
    {
        using ScriptClient client = new(account, shell) { Answer = Encoding.ASCII.GetBytes("5 0\nwrong") };
        ScriptRun run = client.Finish();
        Assert.EndsWith(" incomplete", run.Failure, StringComparison.Ordinal);
        Assert.Empty(RemoteAccount.Files(account.Home));
        Assert.Empty(Directory.GetFileSystemEntries(account.Temp));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void UploadThatStopsHalfway_LeavesNothing(string shell)
    {
        foreach (bool home in (bool[])[true, false])
        {
            if (!home)
            {
                account.Environment.Remove("HOME");
            }

            using ScriptClient client = new(account, shell);
            Assert.Equal(Handshake.Outcome.Upload, client.Read(out _));
            client.Input.Write(client.HonestAnswer().AsSpan(0, 50_000));
            client.Input.Close();
            Assert.Equal(RemoteScript.FailStatus, client.Finish().Status);
            Assert.Empty(RemoteAccount.Files(account.Home));
            Assert.Empty(Directory.GetFileSystemEntries(account.Temp));
        }
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void KilledUpload_LeavesNothingUnderTheFinalName_AndIsClearedAwayAfterADay(string shell)
    {
        using ScriptClient client = new(account, shell);
        Assert.Equal(Handshake.Outcome.Upload, client.Read(out _));
        client.Input.Write(client.HonestAnswer().AsSpan(0, 50_000));
        client.Input.Flush();
        client.Process.Kill(entireProcessTree: true);
        string left = Assert.Single(RemoteAccount.Files(account.Cache));
        Assert.StartsWith($".{account.Digest}.", left, StringComparison.Ordinal);

        string other = Path.Combine(account.Cache, "0123");
        File.WriteAllText(other, "another version");
        account.Server = RemoteAccount.MakeServer("second");
        Assert.Equal(1, account.Run(shell).Uploads);
        Assert.True(File.Exists(Path.Combine(account.Cache, left)), "it may be another upload's");

        File.SetLastWriteTimeUtc(Path.Combine(account.Cache, left), DateTime.UtcNow.AddHours(-49));
        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddHours(-49));
        account.Server = RemoteAccount.MakeServer("the third");
        Assert.Equal(1, account.Run(shell).Uploads);
        Assert.False(File.Exists(Path.Combine(account.Cache, left)));
        Assert.True(File.Exists(other));

        File.SetLastWriteTimeUtc(other, DateTime.UtcNow.AddDays(-32));
        File.Delete(account.Cached);
        Assert.Equal(1, account.Run(shell).Uploads);
        Assert.False(File.Exists(other));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task TwoUploadsAtOnce_BothWork(string shell)
    {
        using ScriptClient first = new(account, shell);
        using ScriptClient second = new(account, shell);
        Assert.Equal(Handshake.Outcome.Upload, first.Read(out _));
        Assert.Equal(Handshake.Outcome.Upload, second.Read(out _));
        byte[] answer = first.HonestAnswer();
        int half = answer.Length / 2;
        await Task.WhenAll(first.Input.WriteAsync(answer, 0, half), second.Input.WriteAsync(answer, 0, half));
        foreach (ScriptClient client in (ScriptClient[])[second, first])
        {
            await client.Input.WriteAsync(answer.AsMemory(half));
            await client.Input.FlushAsync();
            Assert.Equal(Served, client.Finish().Served);
        }

        Assert.Equal([account.Digest], RemoteAccount.Files(account.Cache));
        Assert.Equal(0, account.Run(shell).Uploads);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public void HangUpWhileWaiting_LeavesNothing(string shell)
    {
        const int SIGTERM = 15;
        account.Environment.Remove("HOME");
        using ScriptClient client = new(account, shell);
        Assert.Equal(Handshake.Outcome.Upload, client.Read(out _));
        Assert.NotEmpty(Directory.GetFileSystemEntries(account.Temp));
        Assert.Equal(0, CommandRunner.Run(["kill", $"-{SIGTERM}", $"{client.Process.Id}"])?.Status);
        Assert.Equal(RemoteScript.FailStatus, client.Finish().Status);
        Assert.Empty(Directory.GetFileSystemEntries(account.Temp));
    }
}
