using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Firewall;

namespace Sshuttle.Privileged;

/// <summary>A method that was seen to work, and for which families.</summary>
/// <param name="Method">The method.</param>
/// <param name="Failure4">Why it cannot do IPv4; null: it can.</param>
/// <param name="Failure6">Why it cannot do IPv6; null: it can.</param>
internal sealed record MethodChoice(IFirewallMethod Method, string? Failure4, string? Failure6)
{
    /// <summary>
    /// The method of a name, for <see cref="Methods.Auto"/> the first that can do IPv4, or else IPv6. A tool that is
    /// installed proves nothing, so each is tried.
    /// </summary>
    /// <exception cref="Fatal">None works.</exception>
    public static MethodChoice Of(string name)
    {
        MethodChoice? onlyV6 = null;
        StringBuilder reasons = new();
        foreach (IFirewallMethod method in Methods.Named(name))
        {
            Facts facts = Look(method);
            MethodChoice choice = new(method, Try(method, IpFamily.V4, facts), Try(method, IpFamily.V6, facts));
            if (choice.Failure4 is null)
            {
                return choice;
            }

            onlyV6 ??= choice.Failure6 is null ? choice : null;
            reasons.Append(reasons.Length > 0 ? "; " : "").Append(choice.Failure4);
        }

        return onlyV6 ?? throw new Fatal(name == Methods.Auto
            ? $"no method to capture connections works on this machine: {reasons}"
            : $"the {name} method does not work on this machine: {(reasons.Length > 0 ? reasons : "there is no such method")}");
    }

    /// <summary>What there is to know at this moment.</summary>
    public Facts Facts()
    {
        Facts facts = Look(Method);
        if (facts.HasInstances && ReadListening() is { } listening)
        {
            facts = facts.WithListening(listening);
        }

        return new Facts(facts.V4 with { Failure = Failure4 }, facts.V6 with { Failure = Failure6 });
    }

    /// <summary>Null where the kernel does not tell: then nobody is called dead.</summary>
    private static HashSet<ushort>? ReadListening()
    {
        HashSet<ushort> ports = [];
        try
        {
            ListeningPorts.Add(ports, File.ReadAllText("/proc/net/tcp"));
            if (File.Exists("/proc/net/tcp6"))
            {
                ListeningPorts.Add(ports, File.ReadAllText("/proc/net/tcp6"));
            }

            return ports;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Facts Look(IFirewallMethod method)
    {
        List<Answer> answers = [];
        foreach (IReadOnlyList<string> probe in method.Probes)
        {
            answers.Add(Tools.Run(probe));
        }

        return method.Read(answers);
    }

    private static string? Try(IFirewallMethod method, IpFamily family, Facts facts)
    {
        Plan trial = method.Trial(family, facts);
        string? failure = PlanRunner.SetUp(trial.Setup, Log.Debug);
        PlanRunner.TearDown(trial.Teardown, Log.Debug);
        return failure;
    }
}
