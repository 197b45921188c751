using System;
using Sshuttle.Base;
using Sshuttle.Native.Linux;

namespace Sshuttle.Net;

/// <summary>Says that files in some directories have come, gone, or been written; it does not say which.</summary>
public sealed class DirectoryWatch : IReady
{
    private readonly Action changed;
    private readonly int fd = -1;

    /// <summary>Watches nothing yet; where the kernel gives no watch, nothing ever.</summary>
    /// <param name="loop">The event loop.</param>
    /// <param name="changed">Called once for many changes at once.</param>
    public DirectoryWatch(EventLoop loop, Action changed)
    {
        this.changed = changed;
        SysResult result = InotifyCalls.Create();
        if (result.Ok)
        {
            fd = result.Value;
            _ = loop.Add(fd, this);
        }
    }

    /// <summary>Watches one more directory, or the same again; false where it does not exist or cannot be watched.</summary>
    public bool Add(string directory) => fd >= 0 && InotifyCalls.AddDirectory(fd, directory).Ok;

    /// <inheritdoc/>
    public void OnReady(Ready events)
    {
        Span<byte> buffer = stackalloc byte[4096];
        bool any = false;
        while (Descriptor.Read(fd, buffer).Ok)
        {
            any = true;
        }

        if (any)
        {
            changed();
        }
    }
}
