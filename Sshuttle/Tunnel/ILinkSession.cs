using Sshuttle.Protocol;

namespace Sshuttle.Tunnel;

/// <summary>What a role does with a link.</summary>
public interface ILinkSession
{
    /// <summary>Takes one frame, which is valid during the call.</summary>
    void Receive(in Frame frame);

    /// <summary>The other end closed the link or is gone.</summary>
    void LinkEnded();
}
