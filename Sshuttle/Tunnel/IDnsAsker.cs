using System;

namespace Sshuttle.Tunnel;

/// <summary>Who has a <see cref="DnsExchange"/> ask. Either call comes at most once, and the exchange is closed then.</summary>
public interface IDnsAsker
{
    /// <summary>The nameserver has answered.</summary>
    /// <param name="exchange">What it was asked by.</param>
    /// <param name="answer">Its answer to the question, valid during the call; the id is the exchange's.</param>
    void Answered(DnsExchange exchange, Span<byte> answer);

    /// <summary>The nameserver refuses, or can no longer be reached. One that is merely silent does not fail.</summary>
    void Failed(DnsExchange exchange);
}
