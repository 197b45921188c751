using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Net;

namespace Sshuttle.Client;

/// <summary>Opens the further links of <c>--tunnels</c>, once the first has shown that the server is there.</summary>
public static class MoreLinks
{
    // All start at once, so this is the wait for the slowest.
    private const long PatienceMicroseconds = 20_000_000;

    /// <summary>Adds as many links as can be had without asking anybody; those that cannot cost one line together.</summary>
    /// <param name="wanted">How many links there shall be.</param>
    /// <param name="transports">The links so far; gets the others.</param>
    /// <param name="launcher">Starts them.</param>
    /// <param name="interrupted">A descriptor that becomes readable when the user wants to stop.</param>
    /// <param name="helper">One that becomes readable when the firewall helper is gone.</param>
    public static void Open(int wanted, List<Transport> transports, ServerLauncher launcher, int interrupted, int helper)
    {
        List<Transport> candidates = [];
        while (transports.Count + candidates.Count < wanted)
        {
            candidates.Add(launcher.StartMore());
        }

        long deadline = Clock.Microseconds + PatienceMicroseconds;
        string? refusal = null;
        foreach (Transport candidate in candidates)
        {
            try
            {
                if (candidate.Connect(launcher.Images, interrupted, helper, deadline))
                {
                    transports.Add(candidate);
                    continue;
                }

                refusal ??= "interrupted";
            }
            catch (Fatal fatal)
            {
                refusal ??= fatal.Message;
            }

            candidate.Close();
        }

        if (refusal is not null)
        {
            Log.Always($"warning: {transports.Count} of {wanted} ssh links are open: {refusal}");
        }
    }
}
