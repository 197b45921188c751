using System;

namespace Sshuttle.Net;

/// <summary>What became possible on a descriptor.</summary>
[Flags]
public enum Ready
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Data, an end of file, or a connection to accept.</summary>
    Read = 1,

    /// <summary>Room to write, or the end of a connect.</summary>
    Write = 2,

    /// <summary>The peer will send no more; a read will come to the end of the file.</summary>
    PeerClosed = 4,

    /// <summary>An error or a hang-up; reading or writing tells which.</summary>
    Error = 8,
}
