using System;

namespace Sshuttle.Protocol;

/// <summary>
/// What the server writes in front of its first frame, so that the client can tell it from what a login prints:
/// two zero bytes and a fixed text, 14 bytes. The client writes none.
/// </summary>
public static class SyncHeader
{
    /// <summary>The whole header.</summary>
    public static ReadOnlySpan<byte> Bytes => "\0\0SSHUTTLE0001"u8;
}
