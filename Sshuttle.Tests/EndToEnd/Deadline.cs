using System;
using System.Diagnostics;
using System.Threading;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Waiting for something that happens elsewhere, but not for ever.</summary>
internal static class Deadline
{
    /// <summary>Asks every 50 ms whether something holds, and fails the test with a message after so many seconds.</summary>
    public static void Until(Func<bool> holds, Func<string> otherwise, int seconds = 30)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!holds())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
            {
                Xunit.Assert.Fail($"{otherwise()}, {seconds} s were not enough");
            }

            Thread.Sleep(50);
        }
    }
}
