using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Net;

namespace Sshuttle.Client;

/// <summary>
/// The listeners of the families in use, on the same port where that is left to us. The port names this instance's rules.
/// </summary>
/// <param name="V4">The IPv4 listener, or null.</param>
/// <param name="V6">The IPv6 listener, or null.</param>
public sealed record ListenerPair(Listener? V4, Listener? V6)
{
    /// <summary>The first port tried, as in the Python program.</summary>
    public const ushort FirstPort = 12300;

    /// <summary>The last one.</summary>
    public const ushort LastPort = 9001;

    /// <summary>The listeners there are.</summary>
    public IEnumerable<Listener> All
    {
        get
        {
            if (V4 is not null)
            {
                yield return V4;
            }

            if (V6 is not null)
            {
                yield return V6;
            }
        }
    }

    /// <summary>
    /// Opens the listeners of a plan. A port of 0 means: 12300 downwards to 9001 until one is free. Where IPv6 cannot be
    /// had on a default address, the plan goes on without it.
    /// </summary>
    /// <param name="plan">What is wanted.</param>
    /// <param name="ipv6Chosen">Whether the user named the IPv6 address, so that it must not be given up.</param>
    /// <exception cref="Fatal">No address or port can be had.</exception>
    public static (ListenerPair Listeners, RunPlan Plan) Open(RunPlan plan, bool ipv6Chosen)
    {
        ListenAddresses wanted = plan.Listen;
        for (ushort port = FirstPort; port >= LastPort; port--)
        {
            SysResult result4 = TryOpen(wanted.V4, port, out Listener? v4);
            if (!result4.Ok && !(result4.Errno == Errno.AddressInUse && wanted.V4!.Value.Port == 0))
            {
                throw CannotListen(wanted.V4!.Value, result4);
            }

            SysResult result6 = result4.Ok ? TryOpen(wanted.V6, port, out Listener? v6) : TryOpen(null, port, out v6);
            if (result4.Ok && result6.Ok)
            {
                return (new ListenerPair(v4, v6), plan);
            }

            v4?.Close();
            if (!result6.Ok && result6.Errno != Errno.AddressInUse && !ipv6Chosen)
            {
                return Open(plan.WithoutIpv6(ErrorText.Of(result6)), ipv6Chosen);
            }

            if (!result6.Ok && !(result6.Errno == Errno.AddressInUse && wanted.V6!.Value.Port == 0))
            {
                throw CannotListen(wanted.V6!.Value, result6);
            }
        }

        throw new Fatal($"cannot find a free port between {LastPort} and {FirstPort} to listen on; choose one with -l");
    }

    private static SysResult TryOpen(Endpoint? wanted, ushort searched, out Listener? listener)
    {
        listener = null;
        return wanted is Endpoint address
            ? Listener.TryOpen(address.Port != 0 ? address : address with { Port = searched }, out listener)
            : SysResult.Of(0);
    }

    private static Fatal CannotListen(Endpoint address, SysResult result) =>
        new($"cannot listen on {address}: {ErrorText.Of(result)}{(result.Errno == Errno.AddressInUse ? "; choose another port with -l" : "; is it an address of this machine?")}");
}
