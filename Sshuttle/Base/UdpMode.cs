namespace Sshuttle.Base;

/// <summary>What becomes of datagrams to the captured subnets.</summary>
public enum UdpMode
{
    /// <summary>They go their usual way.</summary>
    Off,

    /// <summary>They are captured and carried through the tunnel.</summary>
    On,

    /// <summary>They are answered by ICMP "port unreachable", so that programs fall back to TCP at once.</summary>
    Reject,
}
