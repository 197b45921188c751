namespace Sshuttle.Firewall;

/// <summary>A rule of policy routing that leads marked packets to this machine itself.</summary>
/// <param name="Mark">The firewall mark, not 0.</param>
/// <param name="Port">The port that names the instance, and the routing table.</param>
public sealed record MarkRule(uint Mark, ushort Port)
{
    /// <summary>The words of <c>ip rule</c> that make it out.</summary>
    public override string ToString() => string.Concat("fwmark ", RuleNumber.Hex(Mark), " lookup ", Table);

    /// <summary>The routing table's number.</summary>
    public string Table => RuleNumber.Text(TableBase + Port);

    /// <summary>Added to the port, so that the table's number is never one that somebody chose by hand.</summary>
    public const uint TableBase = 100_000;
}
