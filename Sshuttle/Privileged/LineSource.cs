using System;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Sshuttle.Net;

namespace Sshuttle.Privileged;

/// <summary>Lines from one descriptor, while signals are heeded too.</summary>
/// <param name="fd">What is read.</param>
/// <param name="signals">Ends a wait; null: none does.</param>
internal sealed class LineSource(int fd, Wakeup? signals)
{
    private readonly LineBuffer buffer = new();

    /// <summary>Waits for a line.</summary>
    /// <param name="line">The line, for <see cref="LineEvent.Line"/>.</param>
    /// <param name="timeoutMilliseconds">-1 waits without end.</param>
    public LineEvent Next(out string line, int timeoutMilliseconds = -1)
    {
        byte[] bytes = new byte[16 * 1024];
        while (!buffer.TryTake(out line))
        {
            if (buffer.Overlong)
            {
                return LineEvent.Overlong;
            }

            uint ready = Descriptor.Wait([fd, signals?.ReadEnd ?? -1], -1, timeoutMilliseconds);
            if (ready == 0)
            {
                return LineEvent.Timeout;
            }

            if ((ready & 0b10) != 0)
            {
                return LineEvent.Signal;
            }

            SysResult result = Descriptor.Read(fd, bytes);
            if (result.IsAgain)
            {
                continue;
            }

            if (!result.Ok || result.Value == 0)
            {
                return LineEvent.End;
            }

            buffer.Add(bytes.AsSpan(0, result.Value));
        }

        return LineEvent.Line;
    }
}
