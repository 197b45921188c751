using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>What an end of a link decides for itself.</summary>
public sealed record MuxOptions
{
    /// <summary>This program's version, for the other end's log.</summary>
    public required string Version { get; init; }

    /// <summary>False with <c>--no-latency-control</c>: only memory bounds what is on its way.</summary>
    public bool LatencyControl { get; init; } = true;

    /// <summary>Bytes that may be on their way, from <c>--latency-buffer-size</c>; null to let the link decide.</summary>
    public int? LatencyBufferSize { get; init; }

    /// <summary>Bytes of received data that may wait for slow local sockets, over all channels.</summary>
    public long MemoryBudget { get; init; } = 64 << 20;

    /// <summary>Bytes that the other end may send on each new channel before any WINDOW.</summary>
    public int InitialWindow { get; init; } = 16 << 10;

    /// <summary>The IP TTL that the other end, a server, is to use for its connections; null for its system's.</summary>
    public byte? ServerTtl { get; init; }

    /// <summary>The nameserver that the other end, a server, is to ask instead of its system's; null for those.</summary>
    public Endpoint? ToNs { get; init; }

    /// <summary>Channels that may exist at once, 1 to 65535.</summary>
    public int MaxChannels { get; init; } = ChannelTable.MaxChannels;
}
