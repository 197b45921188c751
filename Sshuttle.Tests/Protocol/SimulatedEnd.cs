using System;
using System.Collections.Generic;
using Sshuttle.Protocol;

namespace Sshuttle.Tests.Protocol;

/// <summary>One mux on a simulated link, with connections that send as much as they may, or so much at a time.</summary>
internal sealed class SimulatedEnd(SimulatedPath input, SimulatedPath output)
{
    private readonly List<Flow> flows = [];
    private int turn;

    // Channel windows are no part of what is tested.
    public Mux Mux { get; } = new(new MuxOptions { Version = "test", InitialWindow = 900_000_000, MemoryBudget = long.MaxValue / 4 });

    public List<Flow> Flows => flows;

    public long NextEvent
    {
        get
        {
            long next = Mux.NextDeadline;
            foreach (Flow flow in flows)
            {
                next = Math.Min(next, flow.NextAt);
            }

            return next;
        }
    }

    public void Turn(long now)
    {
        Mux.BeginTurn(now);
        while (input.CanRead)
        {
            Mux.Received(input.Read(Mux.Inbound), now);
            while (Mux.TryReceive(out Frame frame))
            {
                Handle(frame, now);
            }
        }

        while (true)
        {
            Pump(now);
            Mux.EndTurn(now);
            if (Mux.Outbound.IsEmpty || !output.CanWrite)
            {
                return;
            }

            Mux.Sent(output.Write(Mux.Outbound, now), now);
        }
    }

    private void Handle(in Frame frame, long now)
    {
        if (frame.Command == Command.TcpConnect)
        {
            Mux.Opened(Mux.Channels.Register(frame.Channel, null)!, now);
        }
        else if (frame.Command == Command.TcpData && Mux.Channels.Find(frame.Channel) is Channel channel)
        {
            Mux.Consumed(channel, frame.Payload.Length, now);
            ((Flow?)channel.Owner)?.Receive(frame.Payload);
        }
    }

    private void Pump(long now)
    {
        int tried = 0;
        while (tried < flows.Count && Mux.LinkHasRoom && (output.CanWrite || Mux.Unsent == 0) && Mux.Unsent < Mux.BlockSize)
        {
            Flow flow = flows[turn++ % flows.Count];
            tried = flow.SendSome(Mux, now) ? 0 : tried + 1;
        }
    }
}

/// <summary>One direction of one connection.</summary>
internal sealed class Flow(Channel channel)
{
    public Channel Channel => channel;

    /// <summary>How much it sends each time; 0 for as much as it may.</summary>
    public int Size { get; init; }

    public long Every { get; init; }

    public long NextAt { get; set; } = long.MaxValue;

    public long Waiting { get; set; }

    public long Sent { get; private set; }

    public long Received { get; private set; }

    public void Receive(ReadOnlySpan<byte> payload) => Received += payload.Length;

    public bool SendSome(Mux mux, long now)
    {
        while (now >= NextAt)
        {
            Waiting += Size;
            NextAt += Every;
        }

        if (Size > 0 && Waiting == 0)
        {
            return false;
        }

        int count = mux.ReserveData(channel, Size > 0 ? (int)Waiting : int.MaxValue).Length;
        mux.CommitData(channel, count);
        Sent += count;
        Waiting -= Size > 0 ? count : 0;
        return count > 0;
    }
}
