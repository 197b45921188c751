using System;
using Sshuttle.Base;
using Sshuttle.Protocol;

namespace Sshuttle.Tests.Protocol;

/// <summary>
/// A made-up local socket and its relay: sends a known sequence of bytes and then ends, takes what arrives as fast as it
/// likes and compares it with the sequence it expects.
/// </summary>
internal sealed class MuxSocket(int sendSeed, long toSend, int receiveSeed, long toReceive)
{
    private static readonly byte[] Noise = MakeNoise();

    public Channel Channel { get; set; } = null!;

    public BlockQueue Queue { get; set; } = null!;

    public long Sent { get; private set; }

    public long Taken { get; private set; }

    /// <summary>The most bytes that the application takes in a turn; 0 while it stalls.</summary>
    public int Appetite { get; set; } = int.MaxValue;

    /// <summary>After so many bytes taken the application stops reading; negative for never.</summary>
    public long StopAfter { get; set; } = -1;

    /// <summary>After so many bytes sent the socket is reset; negative for never.</summary>
    public long ResetAfter { get; set; } = -1;

    public bool SawFin { get; private set; }

    public bool SawReset { get; private set; }

    public bool Closed { get; private set; }

    /// <summary>Everything expected arrived, and then the end.</summary>
    public bool Complete => Taken == toReceive && SawFin && Sent == toSend;

    public void Handle(Mux mux, in Frame frame, long now)
    {
        switch (frame.Command)
        {
            case Command.TcpData when Queue.IsEmpty && Appetite >= frame.Payload.Length:
                Check(frame.Payload);
                mux.Consumed(Channel, frame.Payload.Length, now);
                break;
            case Command.TcpData:
                Queue.Append(frame.Payload);
                break;
            case Command.TcpEof:
                Do(mux.Apply(Channel, HalfEvent.RemoteEof));
                break;
            case Command.TcpStopSending:
                Do(mux.Apply(Channel, HalfEvent.RemoteStop));
                break;
            case Command.Reset:
                Do(mux.Apply(Channel, HalfEvent.RemoteReset));
                break;
        }
    }

    public void Turn(Mux mux, long now, Random random)
    {
        if (Closed)
        {
            return;
        }

        Take(mux, now);
        if (Closed || ResetAfter < 0 || Sent < ResetAfter)
        {
            Send(mux, random);
        }
        else
        {
            Do(mux.Apply(Channel, HalfEvent.LocalReset));
        }
    }

    private void Take(Mux mux, long now)
    {
        int left = Appetite;
        while (!Queue.IsEmpty && left > 0)
        {
            int part = Math.Min(Queue.Front.Length, left);
            Check(Queue.Front[..part]);
            Queue.Consume(part);
            left -= part;
            mux.Consumed(Channel, part, now);
        }

        if (StopAfter >= 0 && Taken >= StopAfter)
        {
            Queue.Clear();
            Do(mux.Apply(Channel, HalfEvent.LocalWriteFailed));
        }

        if (Queue.IsEmpty && Channel.State is HalfState.Draining or HalfState.Flushing)
        {
            Do(mux.Apply(Channel, HalfEvent.Drained));
        }
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ReadOnlySpan<byte> expected = At(receiveSeed, Taken);
            int part = Math.Min(bytes.Length, expected.Length);
            if (!bytes[..part].SequenceEqual(expected[..part]))
            {
                throw new InvalidOperationException($"channel {Channel.Id}: bytes behind {Taken} differ");
            }

            Taken += part;
            bytes = bytes[part..];
        }
    }

    private void Send(Mux mux, Random random)
    {
        while (!Closed && Channel.CanSend && Sent < toSend)
        {
            Span<byte> room = mux.ReserveData(Channel, (int)Math.Min(toSend - Sent, random.Next(1, 100_000)));
            if (room.IsEmpty)
            {
                return;
            }

            ReadOnlySpan<byte> data = At(sendSeed, Sent);
            int part = Math.Min(room.Length, data.Length);
            data[..part].CopyTo(room);
            mux.CommitData(Channel, part);
            Sent += part;
        }

        if (!Closed && Channel.CanSend)
        {
            Do(mux.Apply(Channel, HalfEvent.LocalEof));
        }
    }

    private void Do(HalfActions actions)
    {
        SawFin |= (actions & HalfActions.ShutdownWrite) != 0;
        SawReset |= (actions & HalfActions.Abort) != 0;
        if ((actions & (HalfActions.Close | HalfActions.Abort)) != 0)
        {
            Closed = true;
            Queue.Clear();
        }
    }

    // The bytes of a stream from a position on: a fixed noise whose length no block or frame divides.
    private static ReadOnlySpan<byte> At(int seed, long position) => Noise.AsSpan((int)((seed + position) % Noise.Length));

    private static byte[] MakeNoise()
    {
        byte[] noise = new byte[99_991];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
