using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Dns;
using Sshuttle.Net;
using Sshuttle.Protocol;
using Sshuttle.Tunnel;

namespace Sshuttle.Server;

/// <summary>
/// One query of the client's: asked of the nameservers one after the other, each being given a while before the next is
/// asked as well, until one of them answers or all have failed.
/// </summary>
/// <param name="loop">The event loop.</param>
/// <param name="forwarder">Gets the answer.</param>
/// <param name="channel">The query's channel.</param>
/// <param name="query">The query, which can be read.</param>
/// <param name="servers">Whom to ask, in order; at least one.</param>
/// <param name="ttl">The IP TTL or hop limit to send with; 0 leaves the system's.</param>
public sealed class DnsRequest(EventLoop loop, DnsForwarder forwarder, Channel channel, ReadOnlySpan<byte> query, Nameserver[] servers, byte ttl) : IDnsAsker
{
    // Together with the way there and back this stays below a second, so that a dead nameserver costs no more. It
    // doubles with each round.
    private const long Patience = 750_000;

    // What a nameserver is given to answer by TCP: it is known to live.
    private const long StreamPatience = 2_000_000;

    // Before programs give up after their usual 5 s, so that they learn of the failure.
    private const long WholePatience = 4_500_000;

    private readonly DnsQuestion question = new(query);
    private readonly DnsExchange?[] exchanges = new DnsExchange?[servers.Length];
    private readonly long startedAt = loop.Now;
    private LinkedListNode<DnsRequest>? place;
    private TimerQueue.Timer? timer;
    private byte[]? secondBest;
    private int turn;
    private long turnBegan;
    private bool ended;

    /// <summary>The query's channel.</summary>
    public Channel Channel => channel;

    /// <summary>The request's place among those of the forwarder, the oldest first.</summary>
    internal LinkedListNode<DnsRequest> Place => place ??= new LinkedListNode<DnsRequest>(this);

    /// <summary>Asks the first.</summary>
    public void Start()
    {
        timer = TimerQueue.Create(OnSilence);
        AskNext();
    }

    /// <summary>Gives up without an answer.</summary>
    public void Abandon()
    {
        ended = true;
        loop.Timers.Set(timer!, long.MaxValue);
        foreach (DnsExchange? exchange in exchanges)
        {
            exchange?.Close();
        }
    }

    /// <inheritdoc/>
    public void Answered(DnsExchange exchange, Span<byte> answer)
    {
        int index = Array.IndexOf(exchanges, exchange);
        servers[index].Answered(loop.Now);
        if (DnsMessage.IsTruncated(answer) && !exchange.IsTcp)
        {
            secondBest = answer.ToArray();
            exchanges[index] = new DnsExchange(loop, this, question, tcp: true);
            if (exchanges[index]!.Start(servers[index].Address, servers[index].Port, ttl).Ok)
            {
                loop.Timers.Set(timer!, Math.Min(loop.Now + StreamPatience, startedAt + WholePatience));
                return;
            }
        }
        else if (DnsMessage.IsUnhelpful(answer))
        {
            secondBest ??= answer.ToArray();
            AskNext();
            return;
        }

        Finish(answer);
    }

    /// <inheritdoc/>
    public void Failed(DnsExchange exchange)
    {
        if (exchange.IsTcp)
        {
            Finish(secondBest);
            return;
        }

        int index = Array.IndexOf(exchanges, exchange);
        servers[index].Failed(turnBegan, loop.Now);

        // Those before have had their turn, and another one is waited for.
        if (index == (turn - 1) % servers.Length)
        {
            AskNext();
        }
    }

    private void OnSilence()
    {
        int index = (turn - 1) % servers.Length;
        bool wasLast = secondBest is not null && turn >= servers.Length;
        if (wasLast || loop.Now >= startedAt + WholePatience)
        {
            Finish(secondBest);
            return;
        }

        if (exchanges[index] is { IsClosed: false })
        {
            servers[index].Failed(turnBegan, loop.Now);
        }

        AskNext();
    }

    private void AskNext()
    {
        // An answer that does not help is reason enough to ask the others, but not to wait for those that are dead.
        for (int tries = 0; tries < servers.Length && !(turn >= servers.Length && secondBest is not null); tries++)
        {
            int index = turn % servers.Length;
            turn++;
            if ((secondBest is null || !servers[index].IsBad(loop.Now)) && Ask(index))
            {
                turnBegan = loop.Now;
                long patience = Patience << ((turn - 1) / servers.Length);
                loop.Timers.Set(timer!, Math.Min(loop.Now + patience, startedAt + WholePatience));
                return;
            }
        }

        if (!IsAnyExpected())
        {
            Finish(secondBest);
        }
    }

    private bool IsAnyExpected()
    {
        for (int i = 0; i < servers.Length; i++)
        {
            if (exchanges[i] is { IsClosed: false } && !servers[i].IsBad(loop.Now))
            {
                return true;
            }
        }

        return false;
    }

    private bool Ask(int index)
    {
        Nameserver server = servers[index];
        if (exchanges[index] is DnsExchange known)
        {
            known.Repeat();
            return !known.IsClosed;
        }

        DnsExchange exchange = exchanges[index] = new DnsExchange(loop, this, question, tcp: false);
        SysResult result = exchange.Start(server.Address, server.Port, ttl);
        if (!result.Ok)
        {
            Log.Debug($"nameserver {server} cannot be asked: {ErrorText.Of(result)}");
            server.Failed(loop.Now, loop.Now);
        }

        return result.Ok;
    }

    private void Finish(Span<byte> answer)
    {
        if (ended)
        {
            return;
        }

        if (answer.IsEmpty)
        {
            answer = new byte[question.Message.Length + 11];
            answer = answer[..DnsMessage.WriteError(question.Message, DnsMessage.ServerFailure, answer)];
        }

        DnsMessage.SetId(answer, question.Id);
        Abandon();
        forwarder.Finished(this, answer);
    }
}
