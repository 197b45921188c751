namespace Sshuttle.Net;

/// <summary>Takes the events of one descriptor.</summary>
public interface IReady
{
    /// <summary>
    /// Called once for each change (edge-triggered): the handler uses the descriptor until it would block, or remembers
    /// that it did not.
    /// </summary>
    void OnReady(Ready events);
}
