namespace Sshuttle.Protocol;

/// <summary>
/// One channel at one end: its number, how far it is closed, and how much may be sent and received. The
/// <see cref="Mux"/> keeps the numbers; others read them.
/// </summary>
/// <param name="id">1 to 65535.</param>
public sealed class Channel(ushort id)
{
    /// <summary>The number on the wire, 1 to 65535.</summary>
    public ushort Id => id;

    /// <summary>Whoever handles what arrives on this channel.</summary>
    public object? Owner { get; set; }

    /// <summary>How far the two directions are closed.</summary>
    public HalfState State { get; internal set; }

    /// <summary>Payload bytes of TCP_DATA that the other end allows now; practically endless if it speaks no E1.</summary>
    public long SendCredit { get; internal set; }

    /// <summary>Payload bytes of TCP_DATA that the other end may send now.</summary>
    public long ReceiveCredit { get; internal set; }

    /// <summary>Payload bytes that arrived and have not yet left to the local socket.</summary>
    public long Unconsumed { get; internal set; }

    /// <summary>What <see cref="ReceiveCredit"/> and <see cref="Unconsumed"/> together are to be, in bytes.</summary>
    public long ReceiveWindow { get; internal set; }

    /// <summary>Whether the local end may still send data.</summary>
    public bool CanSend => State is HalfState.Open or HalfState.Draining or HalfState.SendOnly;

    /// <summary>Whether the other end may still send data.</summary>
    public bool CanReceive => State is HalfState.Open or HalfState.ReceiveOnly;

    /// <summary>Whether the credit is part of the budget of <see cref="ReceiveWindows"/>.</summary>
    internal bool HasWindow { get; set; }

    /// <summary>When credit was last given, in microseconds.</summary>
    internal long GrantedAt { get; set; }

    /// <summary>
    /// Whether the local socket had taken everything at some time since credit was last given. Right when it is given says
    /// little: data comes in heaps that no socket takes at once.
    /// </summary>
    internal bool KeepsUp { get; set; }

    /// <summary>The last turn in which data was sent; see <see cref="DataFrameLimit"/>.</summary>
    internal long LastTurn { get; set; }
}
