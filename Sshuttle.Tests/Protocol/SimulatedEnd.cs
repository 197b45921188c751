using System;
using System.Collections.Generic;
using Sshuttle.Protocol;

namespace Sshuttle.Tests.Protocol;

/// <summary>One mux on a simulated link, with connections that send as much as they may, or so much at a time.</summary>
internal sealed class SimulatedEnd(SimulatedPath input, SimulatedPath output)
{
    private readonly List<Flow> flows = [];
    private readonly SendQueue<Flow> waiting = new();

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
            ((Flow?)channel.Owner)?.Receive(frame.Payload, now);
        }
    }

    private void Pump(long now)
    {
        foreach (Flow flow in flows)
        {
            if (flow.Fill(now))
            {
                waiting.Add(flow.Turn);
            }
        }

        waiting.Quantum = Mux.DataQuantum;
        while (Mux.LinkHasRoom && (output.CanWrite || Mux.Unsent == 0) && Mux.Unsent < Mux.BlockSize && waiting.Next() is Flow flow)
        {
            long before = Mux.Unsent;
            bool more = flow.SendSome(Mux);
            waiting.Sent(Mux.Unsent - before, more);
        }
    }
}
