namespace Sshuttle.Firewall;

/// <summary>A table of iptables in which we have chains.</summary>
public sealed class IptablesTable
{
    /// <summary>Turns connections to our listener.</summary>
    public static readonly IptablesTable Nat = new("nat", "OUTPUT", "PREROUTING", 0);

    /// <summary>Marks packets and hands them to transparent sockets.</summary>
    public static readonly IptablesTable Mangle = new("mangle", "OUTPUT", "PREROUTING", 3);

    /// <summary>Rejects packets.</summary>
    public static readonly IptablesTable Filter = new("filter", "OUTPUT", "FORWARD", 6);

    private const int Digit = 7;

    private readonly int shift;

    private IptablesTable(string word, string localHook, string forwardedHook, int shift)
    {
        Word = word;
        LocalHook = localHook;
        ForwardedHook = forwardedHook;
        this.shift = shift;
    }

    /// <summary>Its name.</summary>
    public string Word { get; }

    /// <summary>The base chain that packets made here pass.</summary>
    public string LocalHook { get; }

    /// <summary>The base chain that other hosts' packets pass.</summary>
    public string ForwardedHook { get; }

    /// <summary>All of them, in the order in which rules go in.</summary>
    public static readonly IptablesTable[] All = [Nat, Mangle, Filter];

    /// <summary>The table of a name, or null.</summary>
    public static IptablesTable? Named(string word)
    {
        foreach (IptablesTable table in All)
        {
            if (table.Word == word)
            {
                return table;
            }
        }

        return null;
    }

    /// <summary>The table without its chains.</summary>
    public TableParts Itself => Parts(1);

    /// <summary>The part that a base chain is.</summary>
    public TableParts Part(string hook) => hook == LocalHook ? Parts(2) : hook == ForwardedHook ? Parts(4) : TableParts.None;

    /// <summary>The parts of this table as a sum from 0 to 7: itself 1, its local chain 2, its forwarded chain 4.</summary>
    public int Sum(TableParts parts) => ((int)parts >> shift) & Digit;

    /// <summary>The parts of a sum from 0 to 7.</summary>
    public TableParts Parts(int sum) => (TableParts)(sum << shift);

    /// <summary>
    /// The chain that a base chain leads to. Mangle has two with a third in common, since what they do with a packet
    /// differs and may only stand in chains that no other hook reaches.
    /// </summary>
    public string Target(string hook, ushort port) => this != Mangle
        ? InstanceName.Of(port)
        : hook == LocalHook ? InstanceName.Marking(port) : InstanceName.Diverting(port);

    /// <summary>Our chains of an instance, those that others lead to last.</summary>
    public string[] Chains(ushort port) => this != Mangle
        ? [InstanceName.Of(port)]
        : [InstanceName.Marking(port), InstanceName.Diverting(port), InstanceName.Of(port)];
}
