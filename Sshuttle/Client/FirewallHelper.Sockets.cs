using System;
using System.Collections.Generic;
using System.Globalization;
using Sshuttle.Base;
using Sshuttle.Firewall;
using Sshuttle.Net;

namespace Sshuttle.Client;

/// <summary>What the helper is asked for beside rules: sockets that only root can make, and other nameservers.</summary>
public sealed partial class FirewallHelper
{
    // Arbitrary, and few enough that their lines always fit in the socket's buffer, so that writing never waits.
    private const int MaxPending = 128;

    private readonly List<int> passed = [];
    private readonly Queue<Wish> pending = new();

    /// <summary>
    /// A transparent socket, before the rules; waits for it. The value is its descriptor, non-blocking: a listener, or
    /// a datagram socket that tells where each datagram was going (IP_RECVORIGDSTADDR).
    /// </summary>
    /// <param name="udp">Whether it is a datagram socket.</param>
    /// <param name="address">What it is bound to; the port must not be 0.</param>
    /// <exception cref="Fatal">The helper is gone, or no descriptor can be handed over.</exception>
    public SysResult OpenTransparent(bool udp, Endpoint address)
    {
        if (!Descriptor.WriteAll(Fd, FirewallWire.Socket(new SocketOrder(udp, address))))
        {
            throw Gone();
        }

        return ToSocket(WaitFor(FirewallReplyKind.Socket, failure: ""));
    }

    /// <summary>
    /// A datagram socket bound to a foreign address, from which answers go to local programs; only once the rules are
    /// in. Does not wait: answers come through the event loop in the order of the wishes. Whoever asked owns the
    /// descriptor.
    /// </summary>
    /// <param name="from">The address and port, in an included subnet or a nameserver's.</param>
    /// <param name="done">Is given the descriptor or the failure; at once where too much was asked for already.</param>
    public void RequestReply(Endpoint from, Action<SysResult> done)
    {
        if (pending.Count >= MaxPending)
        {
            done(new SysResult(0, Errno.Again, 0));
            return;
        }

        Ask(FirewallWire.Reply(from), new Wish { Socket = done });
    }

    /// <summary>Has other nameservers captured in place of those so far, at one moment; does not wait.</summary>
    /// <param name="nameservers">At least one.</param>
    /// <param name="done">Is given null, or why it failed in one line; those so far are then still captured.</param>
    public void ReplaceNameservers(IReadOnlyList<DnsRedirect> nameservers, Action<string?> done) =>
        Ask(FirewallWire.Replacement(nameservers), new Wish { Nameservers = done });

    /// <summary>Reads what the helper has answered, once the rules are in, and hands it on; false: the helper is gone.</summary>
    public bool TakeAnswers()
    {
        Span<byte> buffer = stackalloc byte[512];
        while (true)
        {
            SysResult read = Receive(buffer);
            if (read.IsAgain)
            {
                return true;
            }

            if (!read.Ok || read.Value == 0 || lines.Overlong)
            {
                return false;
            }

            lines.Add(buffer[..read.Value]);
            while (lines.TryTake(out string line))
            {
                if (pending.TryDequeue(out Wish? wish))
                {
                    FirewallReply reply = FirewallWire.ParseReply(line);
                    wish.Socket?.Invoke(ToSocket(reply));
                    wish.Nameservers?.Invoke(reply.Kind == FirewallReplyKind.Started ? null : reply.Text);
                }
            }
        }
    }

    private void Ask(byte[] line, Wish wish)
    {
        pending.Enqueue(wish);

        // A failure shows as the end of the helper's answers.
        _ = Descriptor.WriteAll(Fd, line);
    }

    private SysResult Receive(Span<byte> buffer)
    {
        SysResult read = DescriptorPassing.Receive(Fd, buffer, out int fd);
        if (fd >= 0)
        {
            passed.Add(fd);
        }

        return read;
    }

    private SysResult ToSocket(FirewallReply reply)
    {
        if (reply.Kind == FirewallReplyKind.Socket && reply.Text.Length == 0 && passed.Count > 0)
        {
            int fd = passed[0];
            passed.RemoveAt(0);
            return SysResult.Of(fd);
        }

        return reply.Text.Length > 0 && int.TryParse(reply.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int errno)
            ? ErrorText.Failure(errno)
            : new SysResult(0, Errno.Other, 0);
    }

    /// <summary>What is done with an answer: one of both.</summary>
    private sealed class Wish
    {
        public Action<SysResult>? Socket { get; init; }

        public Action<string?>? Nameservers { get; init; }
    }
}
