using System;
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
    /// <summary>The socket for captured IPv4 datagrams, at the same address and port; null where none are captured.</summary>
    public BoundSocket? Udp4 { get; init; }

    /// <summary>The same for IPv6.</summary>
    public BoundSocket? Udp6 { get; init; }

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
    /// <param name="openTcp">Makes the descriptor of a listener; null: an ordinary one.</param>
    /// <param name="openUdp">Makes a socket for captured datagrams; null: there are none.</param>
    /// <exception cref="Fatal">No address or port can be had.</exception>
    public static (ListenerPair Listeners, RunPlan Plan) Open(
        RunPlan plan, bool ipv6Chosen, Func<Endpoint, SysResult>? openTcp = null, Func<Endpoint, SysResult>? openUdp = null)
    {
        ListenAddresses wanted = plan.Listen;
        for (ushort port = FirstPort; port >= LastPort; port--)
        {
            SysResult result4 = TryOpen(wanted.V4, port, openTcp, openUdp, out Listener? v4, out BoundSocket? udp4);
            if (!result4.Ok && !(result4.Errno == Errno.AddressInUse && wanted.V4!.Value.Port == 0))
            {
                throw CannotListen(wanted.V4!.Value, result4);
            }

            SysResult result6 = TryOpen(result4.Ok ? wanted.V6 : null, port, openTcp, openUdp, out Listener? v6, out BoundSocket? udp6);
            if (result4.Ok && result6.Ok)
            {
                return (new ListenerPair(v4, v6) { Udp4 = udp4, Udp6 = udp6 }, plan);
            }

            v4?.Close();
            if (udp4 is not null)
            {
                Descriptor.Close(udp4.Fd);
            }

            if (!result6.Ok && result6.Errno != Errno.AddressInUse && !ipv6Chosen)
            {
                return Open(plan.WithoutIpv6(ErrorText.Of(result6)), ipv6Chosen, openTcp, openUdp);
            }

            if (!result6.Ok && !(result6.Errno == Errno.AddressInUse && wanted.V6!.Value.Port == 0))
            {
                throw CannotListen(wanted.V6!.Value, result6);
            }
        }

        throw new Fatal($"cannot find a free port between {LastPort} and {FirstPort} to listen on; choose one with -l");
    }

    private static SysResult TryOpen(
        Endpoint? wanted, ushort searched, Func<Endpoint, SysResult>? openTcp, Func<Endpoint, SysResult>? openUdp, out Listener? listener, out BoundSocket? udp)
    {
        listener = null;
        udp = null;
        if (wanted is not Endpoint address)
        {
            return SysResult.Of(0);
        }

        address = address.Port != 0 ? address : address with { Port = searched };
        SysResult result;
        if (openTcp is null)
        {
            result = Listener.TryOpen(address, out listener);
        }
        else
        {
            result = openTcp(address);
            listener = result.Ok ? new Listener(result.Value, address) : null;
        }

        if (result.Ok && openUdp is not null)
        {
            result = openUdp(address);
            udp = result.Ok ? new BoundSocket(result.Value, address) : null;
            if (!result.Ok)
            {
                listener?.Close();
                listener = null;
            }
        }

        return result;
    }

    private static Fatal CannotListen(Endpoint address, SysResult result) =>
        new($"cannot listen on {address}: {ErrorText.Of(result)}{(result.Errno == Errno.AddressInUse ? "; choose another port with -l" : "; is it an address of this machine?")}");
}
