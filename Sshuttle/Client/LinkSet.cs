using System.Collections.Generic;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Client;

/// <summary>The ssh links of one tunnel. A connection stays on the link that it began on.</summary>
public sealed class LinkSet
{
    private readonly List<MuxLink> links = [];

    /// <summary>How many there are.</summary>
    public int Count => links.Count;

    /// <summary>
    /// The link for a new connection: the one with the least on its way, and among equals the one with the fewest
    /// connections, which spreads those that have not yet sent anything.
    /// </summary>
    public MuxLink Best
    {
        get
        {
            MuxLink best = links[0];
            for (int i = 1; i < links.Count; i++)
            {
                if (Load(links[i]).CompareTo(Load(best)) < 0)
                {
                    best = links[i];
                }
            }

            return best;
        }
    }

    /// <summary>Takes a link into use.</summary>
    public void Add(MuxLink link) => links.Add(link);

    /// <summary>Takes a link out of use; its connections are the caller's matter.</summary>
    public void Remove(MuxLink link) => links.Remove(link);

    /// <summary>Resets every connection of every link.</summary>
    public void AbortAll()
    {
        foreach (MuxLink link in links)
        {
            link.AbortAll();
        }
    }

    // Small differences say nothing: a few frames of acknowledgements are always on their way.
    private static (long InFlight, int Channels) Load(MuxLink link) => (link.Mux.InFlight / Mux.BlockSize, link.Mux.Channels.Count);
}
