using System;
using System.Collections.Generic;
using Sshuttle.Protocol;

namespace Sshuttle.Tests.Protocol;

/// <summary>
/// Two ends joined by two pipes under a virtual clock. Each step gives one turn to one end; how much each read, write
/// and local socket moves is drawn from a seeded random source.
/// </summary>
internal sealed class MuxPair
{
    private readonly Random random;

    public MuxPair(int seed, MuxOptions? options = null)
    {
        options ??= Options;
        random = new Random(seed);
        Pipe up = new();
        Pipe down = new();
        Client = new MuxEnd(new Mux(options), down, up, random);
        Server = new MuxEnd(new Mux(options), up, down, random);
        Client.Mux.Start();
        Server.Mux.Start();
    }

    public static MuxOptions Options => new() { Version = "test" };

    public MuxEnd Client { get; }

    public MuxEnd Server { get; }

    public long Now { get; private set; } = 1_000_000;

    /// <summary>Both ends know each other.</summary>
    public MuxPair Greeted()
    {
        Drive(10);
        return this;
    }

    /// <summary>Opens a channel with a socket at each end.</summary>
    public (MuxSocket Near, MuxSocket Far) Connect(long up, long down)
    {
        int seed = random.Next(1_000_000);
        MuxSocket far = new(seed + 1, down, seed, up);
        Server.Listening.Enqueue(far);
        MuxSocket near = new(seed, up, seed + 1, down);
        Client.Connect(near, Now);
        return (near, far);
    }

    public void Drive(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Now += random.Next(1, 5_000);
            (random.Next(2) == 0 ? Client : Server).Turn(Now);
        }
    }

    /// <summary>Goes on until a condition holds; false if it takes unreasonably long.</summary>
    public bool DriveUntil(Func<bool> done, int maxSteps = 200_000)
    {
        for (int i = 0; i < maxSteps; i++)
        {
            if (done())
            {
                return true;
            }

            Drive(1);
        }

        return done();
    }
}

/// <summary>One direction of the link: takes what fits, as a kernel pipe does.</summary>
internal sealed class Pipe
{
    private readonly byte[] bytes = new byte[64 << 10];
    private int length;

    public int Capacity { get; set; } = 64 << 10;

    public int Length => length;

    public int Write(ReadOnlySpan<byte> data)
    {
        int part = Math.Min(data.Length, Capacity - length);
        data[..part].CopyTo(bytes.AsSpan(length));
        length += part;
        return part;
    }

    public int Read(Span<byte> output)
    {
        int part = Math.Min(output.Length, length);
        bytes.AsSpan(0, part).CopyTo(output);
        bytes.AsSpan(part, length - part).CopyTo(bytes);
        length -= part;
        return part;
    }
}

/// <summary>One mux, its ends of the two pipes, and its sockets.</summary>
internal sealed class MuxEnd(Mux mux, Pipe input, Pipe output, Random random)
{
    private readonly List<MuxSocket> sockets = [];

    public Mux Mux => mux;

    public Queue<MuxSocket> Listening { get; } = new();

    public List<MuxSocket> Sockets => sockets;

    /// <summary>The largest part that a read or write of the link moves.</summary>
    public int Split { get; set; } = 64 << 10;

    public bool LinkStalled { get; set; }

    public long LargestQueue { get; private set; }

    public int WindowFrames { get; private set; }

    public int ProtocolErrors { get; private set; }

    public void Connect(MuxSocket socket, long now)
    {
        socket.Channel = mux.Channels.Open(socket) ?? throw new InvalidOperationException();
        mux.Send(socket.Channel.Id, Command.TcpConnect, "2,192.0.2.1,80"u8);
        mux.Opened(socket.Channel, now);
        socket.Queue = new(mux.InboundPool);
        sockets.Add(socket);
    }

    public void Turn(long now)
    {
        if (!LinkStalled && !mux.OverBudget)
        {
            Span<byte> room = mux.Inbound;
            mux.Received(input.Read(room[..Math.Min(room.Length, random.Next(1, Split + 1))]), now);
            while (mux.TryReceive(out Frame frame))
            {
                Handle(frame, now);
            }
        }

        int first = sockets.Count == 0 ? 0 : random.Next(sockets.Count);
        for (int i = 0; i < sockets.Count; i++)
        {
            sockets[(first + i) % sockets.Count].Turn(mux, now, random);
        }

        LargestQueue = Math.Max(LargestQueue, mux.InboundPool.BytesInUse);
        mux.EndTurn(now);
        while (!LinkStalled && mux.Outbound.Length > 0)
        {
            ReadOnlySpan<byte> part = mux.Outbound;
            int written = output.Write(part[..Math.Min(part.Length, random.Next(1, Split + 1))]);
            if (written == 0)
            {
                break;
            }

            mux.Sent(written, now);
        }
    }

    private void Handle(in Frame frame, long now)
    {
        if (frame.Command == Command.TcpConnect)
        {
            MuxSocket socket = Listening.Dequeue();
            socket.Channel = mux.Channels.Register(frame.Channel, socket) ?? throw new InvalidOperationException();
            socket.Queue = new(mux.InboundPool);
            mux.Opened(socket.Channel, now);
            sockets.Add(socket);
            return;
        }

        if (frame.Command == Command.Window)
        {
            WindowFrames++;
        }
        else if (frame.Command == Command.Reset && Payloads.ReadReset(frame.Payload) == ResetReason.ProtocolError)
        {
            ProtocolErrors++;
        }

        if (mux.Channels.Find(frame.Channel)?.Owner is MuxSocket owner)
        {
            owner.Handle(mux, frame, now);
        }
    }
}
