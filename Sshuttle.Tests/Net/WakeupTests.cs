using System.Runtime.InteropServices;
using Sshuttle.Exec;
using Sshuttle.Native;
using Sshuttle.Native.Linux;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Net;

public class WakeupTests
{
    [Theory]
    [InlineData((int)PosixSignal.SIGHUP, LinuxAbi.SIGHUP)]
    [InlineData(LinuxAbi.SIGUSR1, LinuxAbi.SIGUSR1)]
    public void Signal_ComesOutAsItsNumber(int name, int number)
    {
        using Wakeup wakeup = new();
        wakeup.Catch((PosixSignal)name);
        Assert.Equal(0, wakeup.TryTake());
        Assert.True(Sys.Kill(Self.Pid, number).Ok);
        Assert.NotEqual(0u, Descriptor.Wait([wakeup.ReadEnd], -1, 5000));
        Assert.Equal(number, wakeup.TryTake());
        Assert.Equal(0, wakeup.TryTake());
    }
}
