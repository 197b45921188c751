using System;
using System.IO;
using Sshuttle.Exec;
using Sshuttle.Tests.EndToEnd;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

/// <summary>The script on file systems that refuse something, and on a machine that has nothing but busybox.</summary>
public sealed class RemoteScriptMountTests : IDisposable
{
    private const string Served = "first --server -v\n";
    private readonly RemoteAccount account = new();

    public static TheoryData<string> Shells => ["dash", "bash --posix", "busybox sh"];

    public void Dispose() => account.Dispose();

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void NoexecHomeAndTemp_LeaveSharedMemory(string shell)
    {
        ScriptRun run = RunWith("tmpfs noexec /tmp; homes noexec; tmpfs noexec /var/tmp; tmpfs exec /dev/shm", shell);
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), run);
    }

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void NothingExecutable_IsSaid(string shell)
    {
        ScriptRun run = RunWith("tmpfs noexec /tmp; homes noexec; tmpfs ro /var/tmp; tmpfs nr_inodes=1 /dev/shm", shell);
        Assert.EndsWith(" no-directory", run.Failure, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void BinaryCachedOnWhatIsNowNoexec_IsNotRun(string shell)
    {
        RemoteAccount.WriteExecutable(account.Cached, account.Server);
        ScriptRun run = RunWith("mount --bind $HOME $HOME; mount -o remount,bind,noexec $HOME", shell);
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), run);
    }

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void ReadOnlyHome_StillRunsWhatIsThere(string shell)
    {
        RemoteAccount.WriteExecutable(account.Cached, account.Server);
        ScriptRun run = RunWith("mount --bind $HOME $HOME; mount -o remount,bind,ro $HOME", shell);
        Assert.Equal(new ScriptRun(0, Served, "", 7, ""), run);
        File.Delete(account.Cached);
        run = RunWith("mount --bind $HOME $HOME; mount -o remount,bind,ro $HOME", shell);
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), run);
    }

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void FullHome_FallsToTheTemporaryFolder(string shell)
    {
        ScriptRun run = RunWith("tmpfs size=64k $HOME", shell);
        Assert.Equal(new ScriptRun(2, Served, "", 7, ""), run);
        run = RunWith("tmpfs size=4k $HOME; echo >$HOME/fill", shell);
        Assert.Equal(Served, run.Served);
        Assert.Empty(Directory.GetFileSystemEntries(account.Temp));
    }

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void EverythingFull_IsSaid(string shell)
    {
        ScriptRun run = RunWith("tmpfs size=64k /tmp; homes size=64k; tmpfs size=64k /var/tmp; tmpfs size=64k /dev/shm", shell);
        Assert.EndsWith(" incomplete", run.Failure, StringComparison.Ordinal);
        Assert.Equal(5, run.Uploads);
    }

    [RootTheory]
    [MemberData(nameof(Shells))]
    public void CacheOfAnotherUser_IsNotTouched(string shell)
    {
        RemoteAccount.WriteExecutable(account.Cached, account.Server);
        Assert.Equal(0, CommandRunner.Run(["chown", "nobody", account.Cached])?.Status);
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
        Assert.Equal(0, CommandRunner.Run(["chown", "nobody", account.Cache])?.Status);
        File.WriteAllText(account.Cached, "somebody else's");
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), account.Run(shell));
        Assert.Equal("somebody else's", File.ReadAllText(account.Cached));
    }

    // Without /proc busybox cannot start itself as the shell of a script, which is how execution is tried.
    [RootTheory]
    [InlineData("dash")]
    [InlineData("bash --posix")]
    public void NoProc_RunsAndLeavesNothing(string shell)
    {
        ScriptRun run = RunWith("mount -t tmpfs none /proc; HOME=/proc/none", shell);
        Assert.Equal(new ScriptRun(1, Served, "", 7, ""), run);
        Assert.Empty(Directory.GetFileSystemEntries(account.Temp));
    }

    [RootTheory]
    [InlineData("dash", "head gzip sha256sum find", "")]
    [InlineData("busybox sh", "head gzip sha256sum find", "")]
    [InlineData("dash", "head sha256sum", "")]
    [InlineData("dash", "dd gzip sha256sum", "")]
    [InlineData("dash", "head gzip", "no-sha256")]
    public void BusyboxAlone_IsEnough(string shell, string applets, string reason)
    {
        account.Server = [.. account.Server[..20_000], (byte)'\n'];
        MakeRoot(applets + " uname mkdir mv rm chmod cat");
        ScriptRun run = RunInRoot(shell);
        Assert.EndsWith(reason, run.Failure, StringComparison.Ordinal);
        Assert.Equal(reason.Length == 0 ? Served : "", run.Served);
        if (reason.Length == 0)
        {
            Assert.Equal("", run.Error);
            Assert.Equal(0, RunInRoot(shell).Uploads);
        }
    }

    // Mounts as told, seen by nobody else, and then runs the shell. The account's own folders lie below /tmp.
    private ScriptRun RunWith(string mounts, string shell) => account.Run(
        shell,
        "unshare", "--mount", "sh", "-ec",
        "tmpfs() { mount -t tmpfs -o $1 none $2; }; homes() { mkdir -p $HOME $TMPDIR; tmpfs $1 $HOME; tmpfs $1 $TMPDIR; }; " +
        $"root={account.Root}; {mounts}; exec \"$@\"",
        "mounts");

    // A root folder with busybox, dash and what they are linked with.
    private void MakeRoot(string applets)
    {
        foreach (string program in (string[])["busybox", "dash"])
        {
            string path = Which.Find(program)!;
            Install(path, "/bin/" + program);
            foreach (string word in CommandRunner.Run(["ldd", path])!.Value.Output.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (word[0] == '/')
                {
                    Install(word, word);
                }
            }
        }

        foreach (string applet in applets.Split(' '))
        {
            File.CreateSymbolicLink(account.Root + "/bin/" + applet, "busybox");
        }

        File.CreateSymbolicLink(account.Root + "/bin/sh", "dash");
    }

    private void Install(string from, string to)
    {
        string path = account.Root + to;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path))
        {
            File.Copy(from, path);
            RemoteAccount.SetMode(path, "755");
        }
    }

    private ScriptRun RunInRoot(string shell)
    {
        account.Environment["HOME"] = "/home";
        account.Environment["TMPDIR"] = "/tmp";
        return RunWith("cd $root; mkdir -p dev proc; mount --bind /dev dev; mount --bind /proc proc; PATH=/bin; set -- /usr/sbin/chroot . \"$@\"", shell);
    }
}
