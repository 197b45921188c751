using System.Collections.Generic;

namespace Sshuttle.Firewall;

/// <summary>All methods.</summary>
public static class Methods
{
    /// <summary>The name that stands for the first method which works.</summary>
    public const string Auto = "auto";

    /// <summary>The order in which <see cref="Auto"/> tries them.</summary>
    public static IReadOnlyList<IFirewallMethod> All { get; } = [new NftMethod(), new NatMethod()];

    /// <summary>The methods a name stands for: all for <see cref="Auto"/>, one, or none for an unknown name.</summary>
    public static IReadOnlyList<IFirewallMethod> Named(string name)
    {
        if (name == Auto)
        {
            return All;
        }

        foreach (IFirewallMethod method in All)
        {
            if (method.Name == name)
            {
                return [method];
            }
        }

        return [];
    }
}
