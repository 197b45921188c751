using System;
using System.Globalization;
using System.Text;

namespace Sshuttle.Firewall;

/// <summary>
/// All that a guard must know to undo what a helper did: both make the same plan of it. On the wire it is, in front of
/// the lines of <see cref="FirewallWire"/>:
/// <code>
/// UNDO method
/// FACTS absent4,waits4,absent6,waits6      sums of <see cref="TableParts"/>, and 0 or 1
/// </code>
/// </summary>
/// <param name="Method">Whose plan.</param>
/// <param name="Request">See <see cref="FamilyChoice.UndoPart"/>.</param>
/// <param name="Facts">What the teardown depends on; the rest is not sent.</param>
public sealed record UndoOrder(IFirewallMethod Method, FirewallRequest Request, Facts Facts)
{
    /// <summary>The undo.</summary>
    public Plan Plan() => Method.Plan(Request, Facts);

    /// <summary>The lines, GO included.</summary>
    public byte[] ToBytes()
    {
        string head = $"UNDO {Method.Name}\nFACTS {Fields(Facts.V4)},{Fields(Facts.V6)}\n";
        return [.. Encoding.ASCII.GetBytes(head), .. FirewallWire.Request(Request)];
    }

    private static string Fields(FamilyFacts facts) => $"{(int)facts.Absent},{(facts.RestoreWaits ? 1 : 0)}";

    /// <summary>Reads the lines; stateful, one for each order.</summary>
    public sealed class Parser
    {
        private readonly FirewallRequestParser request = new();
        private IFirewallMethod? method;
        private Facts? facts;

        /// <summary>The order, once GO was read.</summary>
        public UndoOrder? Order { get; private set; }

        /// <summary>Takes one line without its newline; false: it is not of the grammar.</summary>
        public bool TryFeed(string line)
        {
            const string undo = "UNDO ";
            const string known = "FACTS ";
            if (method is null)
            {
                method = line.StartsWith(undo, StringComparison.Ordinal) && Methods.Named(line[undo.Length..]) is [IFirewallMethod one] ? one : null;
                return method is not null;
            }

            if (facts is null)
            {
                facts = line.StartsWith(known, StringComparison.Ordinal) ? ParseFacts(line[known.Length..].Split(',')) : null;
                return facts is not null;
            }

            if (!request.TryFeed(line))
            {
                return false;
            }

            Order = request.Request is { } whole ? new UndoOrder(method, whole, facts) : null;
            return true;
        }

        private static Facts? ParseFacts(string[] fields) =>
            fields.Length == 4 && ParseFamily(fields[0], fields[1]) is { } v4 && ParseFamily(fields[2], fields[3]) is { } v6 ? new Facts(v4, v6) : null;

        private static FamilyFacts? ParseFamily(string absent, string waits)
        {
            bool isNumber = ushort.TryParse(absent, NumberStyles.None, CultureInfo.InvariantCulture, out ushort parts) && parts <= (int)TableParts.All;
            return isNumber && (waits is "0" or "1") ? new FamilyFacts { Absent = (TableParts)parts, RestoreWaits = waits == "1" } : null;
        }
    }
}
