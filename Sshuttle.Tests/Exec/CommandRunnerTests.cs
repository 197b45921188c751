using Sshuttle.Exec;
using Xunit;

namespace Sshuttle.Tests.Exec;

public class CommandRunnerTests
{
    [Fact]
    public void OutputErrorAndStatus_AreCollected()
    {
        CommandRunner.Result? result = CommandRunner.Run(["sh", "-c", "cat; echo wrong >&2; exit 7"], "in\n");
        Assert.Equal(new CommandRunner.Result(7, "in\n", "wrong\n"), result);
    }

    [Fact]
    public void LargeInputAndOutput_DoNotBlockEachOther()
    {
        string text = new('x', 3_000_000);
        Assert.Equal(text, CommandRunner.Run(["cat"], text)?.Output);
    }

    [Fact]
    public void MissingProgram_IsNull() => Assert.Null(CommandRunner.Run(["no-such-program-here"]));

    [Fact]
    public void SigpipeAndSignalMask_AreTheDefaultInChildren()
    {
        // Signals 32 and 33 belong to libc, which spawns with whatever it found.
        CommandRunner.Result? result = CommandRunner.Run(["sh", "-c", "grep -E '^Sig(Blk|Ign):' /proc/$$/status | grep -o '.\\{8\\}$'"]);
        string[] masks = result?.Output.Split('\n', System.StringSplitOptions.RemoveEmptyEntries) ?? [];
        Assert.Equal(["0", "0"], System.Array.ConvertAll(masks, mask => (System.Convert.ToUInt32(mask, 16) & 0x7fffffff).ToString()));
    }

    [Fact]
    public void KilledChild_Is128PlusSignal() =>
        Assert.Equal(128 + 9, CommandRunner.Run(["sh", "-c", "kill -9 $$"])?.Status);
}
