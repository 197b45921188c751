namespace Sshuttle.Protocol;

/// <summary>
/// The channels of one link by number. Only the client chooses numbers: one up from the last, from 65535 back to 1,
/// past those in use, giving up after <see cref="MaxCandidates"/>, as the Python program does. Kept in pages of
/// 256, since most links never see more than a few hundred channels.
/// </summary>
/// <param name="maximum">How many channels may exist at once, 1 to 65535.</param>
public sealed class ChannelTable(int maximum)
{
    /// <summary>How many numbers are tried for a new channel.</summary>
    public const int MaxCandidates = 1024;

    /// <summary>The most channels that the wire allows at once.</summary>
    public const int MaxChannels = ushort.MaxValue;

    private const int PageSize = 256;
    private readonly Channel?[]?[] pages = new Channel?[]?[PageSize];
    private ushort last;

    /// <summary>How many channels there are.</summary>
    public int Count { get; private set; }

    /// <summary>The channel of a number, or null.</summary>
    public Channel? Find(ushort id) => pages[id / PageSize]?[id % PageSize];

    /// <summary>Makes a channel with the next free number (client); null if none was found or there are too many.</summary>
    /// <param name="owner">Whoever handles what arrives on it.</param>
    public Channel? Open(object? owner)
    {
        if (Count >= maximum)
        {
            return null;
        }

        for (int i = 0; i < MaxCandidates; i++)
        {
            last = last == ushort.MaxValue ? (ushort)1 : (ushort)(last + 1);
            if (Find(last) == null)
            {
                return Add(last, owner);
            }
        }

        return null;
    }

    /// <summary>Makes the channel that the client named (server); null if it exists, is 0, or there are too many.</summary>
    /// <param name="id">The number.</param>
    /// <param name="owner">Whoever handles what arrives on it.</param>
    public Channel? Register(ushort id, object? owner) =>
        id == 0 || Count >= maximum || Find(id) != null ? null : Add(id, owner);

    /// <summary>Frees a channel's number. Done by <see cref="Mux.Release"/>; does nothing if it is free already.</summary>
    internal void Remove(Channel channel)
    {
        if (Find(channel.Id) == channel)
        {
            pages[channel.Id / PageSize]![channel.Id % PageSize] = null;
            Count--;
        }
    }

    /// <summary>All channels in the order of their numbers. The table may change meanwhile.</summary>
    public Enumerator GetEnumerator() => new(this);

    private Channel Add(ushort id, object? owner)
    {
        Channel channel = new(id) { Owner = owner };
        Channel?[] page = pages[id / PageSize] ??= new Channel?[PageSize];
        page[id % PageSize] = channel;
        Count++;
        return channel;
    }

    /// <summary>Goes through a table without allocating.</summary>
    /// <param name="table">The table.</param>
    public ref struct Enumerator(ChannelTable table)
    {
        private int id;

        /// <summary>The channel reached.</summary>
        public Channel Current { get; private set; } = null!;

        /// <summary>Goes to the next channel; false behind the last.</summary>
        public bool MoveNext()
        {
            while (++id <= ushort.MaxValue)
            {
                Channel?[]? page = table.pages[id / PageSize];
                if (page == null)
                {
                    id |= PageSize - 1;
                }
                else if (page[id % PageSize] is Channel channel)
                {
                    Current = channel;
                    return true;
                }
            }

            return false;
        }
    }
}
