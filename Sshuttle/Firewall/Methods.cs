using System.Collections.Generic;

namespace Sshuttle.Firewall;

/// <summary>All methods.</summary>
public static class Methods
{
    /// <summary>The name that stands for the first method which works.</summary>
    public const string Auto = "auto";

    /// <summary>The name that stands for capturing by transparent sockets, with whichever tool works.</summary>
    public const string Tproxy = "tproxy";

    /// <summary>All methods.</summary>
    public static IReadOnlyList<IFirewallMethod> All { get; } =
        [new NftMethod(transparent: false), new IptablesMethod(transparent: false), new NftMethod(transparent: true), new IptablesMethod(transparent: true)];

    /// <summary>
    /// The methods a name stands for, in the order in which they are tried: those that need no more than a listener for
    /// <see cref="Auto"/>, both of <see cref="Tproxy"/>, one, or none for an unknown name.
    /// </summary>
    public static IReadOnlyList<IFirewallMethod> Named(string name)
    {
        List<IFirewallMethod> named = [];
        foreach (IFirewallMethod method in All)
        {
            if (method.Name == name || (name == Auto && !method.IsTransparent) || (name == Tproxy && method.IsTransparent))
            {
                named.Add(method);
            }
        }

        return named;
    }
}
