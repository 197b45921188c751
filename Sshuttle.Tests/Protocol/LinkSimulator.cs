using System;
using Sshuttle.Protocol;

namespace Sshuttle.Tests.Protocol;

/// <summary>Two muxes on a simulated link under a virtual clock, and what can be seen of the way up.</summary>
internal sealed class LinkSimulator
{
    private long windowEnd;
    private long windowLeast;

    public LinkSimulator(int seed, double megabits, double milliseconds, int sshWindow = 2 << 20)
    {
        Random random = new(seed);
        RoundTrip = (long)(milliseconds * 1000);
        Up = new SimulatedPath(random, sshWindow) { Rate = megabits / 8, Delay = RoundTrip / 2 };
        Down = new SimulatedPath(random, sshWindow) { Rate = megabits / 8, Delay = RoundTrip / 2 };
        Client = new SimulatedEnd(Down, Up);
        Server = new SimulatedEnd(Up, Down);
        Client.Mux.Start();
        Server.Mux.Start();
        Run(3 * RoundTrip + 100_000);
    }

    public long RoundTrip { get; }

    public SimulatedPath Up { get; }

    public SimulatedPath Down { get; }

    public SimulatedEnd Client { get; }

    public SimulatedEnd Server { get; }

    public long Now { get; private set; } = 1_000_000;

    /// <summary>A flow up the link; with a size only that much in each period.</summary>
    public Flow Send(int size = 0, long every = 0) => Add(Client, size, every);

    /// <summary>A flow down the link.</summary>
    public Flow Fetch(int size = 0, long every = 0) => Add(Server, size, every);

    /// <summary>Goes on for some time and says what happened in it.</summary>
    public Seen Run(long microseconds)
    {
        long start = Now;
        long end = Now + microseconds;
        long served = Up.Served;
        long servedDown = Down.Served;
        double area = 0;
        long standing = 0;
        long most = 0;
        windowEnd = start + RoundTrip;
        windowLeast = long.MaxValue;
        while (true)
        {
            Up.Advance(Now);
            Down.Advance(Now);
            Client.Turn(Now);
            Server.Turn(Now);
            long backlog = Up.Backlog + Client.Mux.Unsent;
            most = Math.Max(most, backlog);
            windowLeast = Math.Min(windowLeast, backlog);
            if (Now >= windowEnd)
            {
                standing = Math.Max(standing, windowLeast);
                windowLeast = long.MaxValue;
                windowEnd = Now + RoundTrip;
            }

            if (Now >= end)
            {
                break;
            }

            long next = Math.Min(Math.Min(Up.NextEvent, Down.NextEvent), Math.Min(Client.NextEvent, Server.NextEvent));
            next = Math.Clamp(next, Now + 1, end);
            area += backlog * (double)(next - Now);
            Now = next;
        }

        return new Seen
        {
            Bytes = Up.Served - served,
            BytesDown = Down.Served - servedDown,
            Time = Now - start,
            MeanQueue = (long)(area / (Now - start)),
            StandingQueue = standing,
            LargestQueue = most,
        };
    }

    private Flow Add(SimulatedEnd end, int size, long every)
    {
        Channel near = Client.Mux.Channels.Open(null)!;
        Client.Mux.Send(near.Id, Command.TcpConnect, "2,192.0.2.1,80"u8);
        Client.Mux.Opened(near, Now);
        do
        {
            Run((2 * RoundTrip) + 100_000);
        }
        while (Server.Mux.Channels.Find(near.Id) == null);
        Channel channel = end.Mux.Channels.Find(near.Id)!;
        Flow flow = new(channel) { Size = size, Every = every, NextAt = size > 0 ? Now : long.MaxValue };
        end.Flows.Add(flow);
        (end == Client ? Server : Client).Mux.Channels.Find(near.Id)!.Owner = flow;
        return flow;
    }
}

/// <summary>What went up a link, and what waited in front of its slowest part.</summary>
internal readonly struct Seen
{
    public long Bytes { get; init; }

    public long BytesDown { get; init; }

    public long Time { get; init; }

    public long MeanQueue { get; init; }

    /// <summary>The most that was there for a whole round trip.</summary>
    public long StandingQueue { get; init; }

    public long LargestQueue { get; init; }
}
