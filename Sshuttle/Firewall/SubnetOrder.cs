using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>
/// Which of several matching subnets decides: the narrower port range, then the longer prefix, then the exclude, then
/// the one given first. This is the Python program's order, in which an include may win over a wider exclude.
/// </summary>
public static class SubnetOrder
{
    /// <summary>Sorts so that the first match decides; equal subnets keep their order.</summary>
    public static void Sort(List<Subnet> subnets)
    {
        // List.Sort is not stable, so the position takes part in the comparison.
        List<(Subnet Subnet, int Position)> keyed = new(subnets.Count);
        for (int i = 0; i < subnets.Count; i++)
        {
            keyed.Add((subnets[i], i));
        }

        keyed.Sort(static (a, b) => Compare(a.Subnet, b.Subnet) is not 0 and int order ? order : a.Position.CompareTo(b.Position));
        for (int i = 0; i < subnets.Count; i++)
        {
            subnets[i] = keyed[i].Subnet;
        }
    }

    /// <summary>Negative where <paramref name="a"/> is tried before <paramref name="b"/>, 0 where neither has precedence.</summary>
    public static int Compare(Subnet a, Subnet b)
    {
        int byPorts = PortSpan(a).CompareTo(PortSpan(b));
        int byWidth = byPorts != 0 ? byPorts : b.Width.CompareTo(a.Width);
        return byWidth != 0 ? byWidth : b.Exclude.CompareTo(a.Exclude);
    }

    /// <summary>
    /// Ports beyond the first. All ports (0 to 0) come behind every range; a range from 0, which has no port match
    /// either, comes behind even those.
    /// </summary>
    private static int PortSpan(Subnet subnet) =>
        subnet.FirstPort == 0 ? 65535 + subnet.LastPort : subnet.LastPort - subnet.FirstPort;
}
