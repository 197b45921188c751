using System.Collections.Generic;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Firewall;

namespace Sshuttle.Client;

/// <summary>What <c>--dry-run</c> prints: the rules as they would go in and come out. It touches nothing.</summary>
public static class DryRun
{
    /// <summary>The text.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="plan">What is to be captured.</param>
    /// <param name="capture">How it is to be captured.</param>
    public static string Text(Options options, RunPlan plan, Capture capture)
    {
        IReadOnlyList<IFirewallMethod> methods = Methods.Named(options.Method);
        FeatureCheck.Require(methods[0].Name, methods[0].Features, capture.Wanted(plan));
        FirewallRequest request = capture.Request(methods[0], plan) with
        {
            Listener4 = WithPort(plan.Listen.V4),
            Listener6 = WithPort(plan.Listen.V6),
        };
        StringBuilder text = new();
        if (methods.Count > 1)
        {
            text.Append($"# {options.Method} takes the first of these that works; shown is {methods[0].Name}\n");
        }

        if (options.Remote is not null)
        {
            text.Append("# ssh's own address and port, known once it is connected, pass before all others\n");
        }

        return text.Append(methods[0].Plan(request, Facts.Assumed).ToText()).ToString();
    }

    private static Endpoint? WithPort(Endpoint? wanted) => wanted is Endpoint { Port: 0 } searched
        ? searched with { Port = ListenerPair.FirstPort }
        : wanted;
}
