using Sshuttle.Base;

namespace Sshuttle.Firewall;

/// <summary>Subnets as text for rules.</summary>
internal static class RuleSubnet
{
    /// <summary>The addresses with host bits cleared, <c>10.0.0.0/8</c>.</summary>
    public static string Range(this Subnet subnet) =>
        string.Concat(subnet.Address.Masked(subnet.Width).ToString(), "/", RuleNumber.Text((uint)subnet.Width));
}
