using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Dns;
using Sshuttle.Net;
using Sshuttle.Protocol;

namespace Sshuttle.Server;

/// <summary>Asks this machine's nameservers what the client wants to know.</summary>
/// <param name="loop">The event loop.</param>
/// <param name="mux">The protocol state.</param>
public sealed class DnsForwarder(EventLoop loop, Mux mux)
{
    private const int MaxRequests = 1000;

    // Answers beyond this are dropped: whoever asked asks again, and by then the link may have room.
    private const long MaxUnsent = 8 << 20;

    private readonly LinkedList<DnsRequest> requests = new();
    private NameserverList? nameservers;

    /// <summary>Takes a query; the oldest is dropped where there are too many.</summary>
    public void Receive(in Frame frame)
    {
        ReadOnlySpan<byte> query = frame.Payload;
        if (query.Length < DnsMessage.HeaderSize || DnsMessage.IsResponse(query) || mux.Channels.Register(frame.Channel, owner: null) is not Channel channel)
        {
            Log.Debug($"channel {frame.Channel}: ignoring what is no query, or has no channel of its own");
            return;
        }

        int end = DnsMessage.QuestionEnd(query);
        if (end < 0)
        {
            Span<byte> error = stackalloc byte[DnsMessage.HeaderSize];
            Send(channel, error[..DnsMessage.WriteError(query[..DnsMessage.HeaderSize], DnsMessage.FormatError, error)]);
            return;
        }

        if (Log.Verbosity >= 1)
        {
            Log.Info($"channel {frame.Channel}: DNS request, {DnsMessage.QuestionText(query, end)}");
        }

        if (requests.Count == MaxRequests)
        {
            DnsRequest oldest = requests.First!.Value;
            oldest.Abandon();
            requests.Remove(oldest.Place);
            mux.Release(oldest.Channel);
        }

        // The greeting, which may name a nameserver, has come before any query.
        nameservers ??= new NameserverList(mux.Peer?.ToNs);
        DnsRequest request = new(loop, this, channel, query, nameservers.InOrder(loop.Now), mux.Peer?.Ttl ?? 0);
        requests.AddLast(request.Place);
        request.Start();
    }

    internal void Finished(DnsRequest request, ReadOnlySpan<byte> answer)
    {
        requests.Remove(request.Place);
        Send(request.Channel, answer);
    }

    private void Send(Channel channel, ReadOnlySpan<byte> answer)
    {
        if (mux.Unsent < MaxUnsent)
        {
            mux.Send(channel.Id, Command.DnsResponse, answer);
        }

        mux.Release(channel);
    }
}
