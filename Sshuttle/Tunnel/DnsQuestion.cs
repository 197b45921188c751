using System;
using System.Buffers.Binary;
using Sshuttle.Dns;

namespace Sshuttle.Tunnel;

/// <summary>A query that is being asked, perhaps of several nameservers, of each under an id of its own.</summary>
public sealed class DnsQuestion
{
    // As TCP wants it, with the length in front.
    private readonly byte[] framed;

    /// <summary>Keeps a copy of a query of at least <see cref="DnsMessage.HeaderSize"/> bytes.</summary>
    public DnsQuestion(ReadOnlySpan<byte> query)
    {
        framed = new byte[MessageStream.PrefixSize + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(Message);
        Id = DnsMessage.Id(query);
    }

    /// <summary>The id of whoever asks.</summary>
    public ushort Id { get; }

    /// <summary>The query, under the id of the last <see cref="Under"/>.</summary>
    public Span<byte> Message => framed.AsSpan(MessageStream.PrefixSize);

    /// <summary>The query under an id, with its length in front.</summary>
    public ReadOnlySpan<byte> Under(ushort id)
    {
        DnsMessage.SetId(Message, id);
        return framed;
    }
}
