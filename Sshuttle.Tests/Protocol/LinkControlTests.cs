using System;
using Sshuttle.Protocol;
using Xunit;
using Xunit.Abstractions;

namespace Sshuttle.Tests.Protocol;

/// <summary>
/// The bound on what is on its way, on simulated links. Full rate is 95 % of what the link carries, headers and
/// acknowledgements of the other direction included; the standing queue is the most that waits in front of the
/// slowest part for a whole round trip, anywhere from the mux on. It may be a quarter of the product of rate and round
/// trip, or 10 ms at the rate, and on the slowest links the smallest bound and one smallest frame that exceeds it.
/// </summary>
public class LinkControlTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0.1, 10)]
    [InlineData(0.1, 200)]
    [InlineData(0.1, 600)]
    [InlineData(1, 1)]
    [InlineData(1, 50)]
    [InlineData(1, 200)]
    [InlineData(1, 600)]
    [InlineData(10, 1)]
    [InlineData(10, 50)]
    [InlineData(10, 600)]
    [InlineData(20, 40)]
    [InlineData(100, 1)]
    [InlineData(100, 50)]
    [InlineData(100, 200)]
    [InlineData(300, 100)]
    [InlineData(1000, 1)]
    [InlineData(1000, 10)]
    [InlineData(1000, 50)]
    public void Bulk_FillsTheLink_AndHardlyWaits(double megabits, double milliseconds)
    {
        LinkSimulator link = Settled(megabits, milliseconds);
        AssertFull(link, Show(link, Measure(link)));
    }

    [Theory]
    [InlineData(1, 50, 3)]
    [InlineData(10, 50, 6)]
    [InlineData(100, 50, 8)]
    [InlineData(100, 10, 8)]
    [InlineData(1000, 50, 11)]
    public void FromIdle_ReachesNineTenths_ByDoubling(double megabits, double milliseconds, int roundTrips)
    {
        LinkSimulator link = new(1, megabits, milliseconds, Window(megabits, milliseconds));
        link.Send();
        link.Run((roundTrips - 1) * link.RoundTrip);
        Seen seen = Show(link, link.Run(link.RoundTrip));
        Assert.InRange(Rate(link, seen), 0.9, 1.1);
        Assert.InRange(seen.LargestQueue, 0, Math.Max(link.Up.Rate * Math.Max(1.5 * link.RoundTrip, 30_000), 40 << 10));
    }

    // The sender learns of more room a round trip after the change at the earliest, and doubles: 4 times need two more.
    [Theory]
    [InlineData(2.5, 50)]
    [InlineData(10, 20)]
    [InlineData(25, 100)]
    [InlineData(100, 50)]
    [InlineData(100, 200)]
    public void FourTimesTheRate_IsUsed_AfterThreeRoundTripsAndOne(double megabits, double milliseconds)
    {
        LinkSimulator link = Settled(megabits, milliseconds);
        link.Up.Rate *= 4;
        link.Run(4 * link.RoundTrip);
        Seen seen = Show(link, link.Run(link.RoundTrip));
        Assert.InRange(Rate(link, seen), 0.9, 1.1);
        link.Run(5 * link.RoundTrip);
        AssertFull(link, Show(link, link.Run(20 * link.RoundTrip)));
    }

    // What was on its way at the change alone takes 4.5 round trips to drain; then the shortest round trip is looked at.
    [Theory]
    [InlineData(10, 20)]
    [InlineData(40, 40)]
    [InlineData(100, 50)]
    [InlineData(100, 200)]
    [InlineData(400, 50)]
    public void AQuarterOfTheRate_LeavesNoQueue_AfterWhatWasThereHasDrained(double megabits, double milliseconds)
    {
        LinkSimulator link = Settled(megabits, milliseconds);
        double drains = link.Client.Mux.InFlight / (link.Up.Rate / 4);
        link.Up.Rate /= 4;
        Seen meanwhile = Show(link, link.Run((long)drains + link.RoundTrip));
        Assert.InRange(Rate(link, meanwhile), 0.9, 1.1);
        Seen seen = Show(link, link.Run(3 * link.RoundTrip));
        Assert.InRange(Rate(link, seen), 0.75, 1.05);
        AssertFull(link, Show(link, link.Run(20 * link.RoundTrip)));
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(10, 20)]
    [InlineData(100, 5)]
    [InlineData(100, 50)]
    [InlineData(300, 100)]
    public void StallOfASecond_ChangesNothing(double megabits, double milliseconds)
    {
        LinkSimulator link = Settled(megabits, milliseconds);
        link.Up.StalledUntil = link.Down.StalledUntil = link.Now + 1_000_000;
        link.Run(1_000_000 + (3 * link.RoundTrip));
        AssertFull(link, Show(link, link.Run(Math.Max(20 * link.RoundTrip, 1_000_000))));
    }

    [Theory]
    [InlineData(10, 20, 5)]
    [InlineData(20, 40, 5)]
    [InlineData(100, 50, 5)]
    [InlineData(300, 100, 20)]
    [InlineData(10, 300, 20)]
    public void Jitter_LeavesTheRate(double megabits, double milliseconds, int jitter)
    {
        LinkSimulator link = Started(megabits, milliseconds);
        link.Up.Jitter = link.Down.Jitter = jitter * 1000;
        link.Run(Math.Max(30 * link.RoundTrip, 3_000_000));
        Seen seen = Show(link, link.Run(Math.Max(40 * link.RoundTrip, 4_000_000)));
        Assert.InRange(Rate(link, seen), 0.95, 1.01);
        Assert.InRange(seen.StandingQueue, 0, Allowed(link) + (jitter * 1000 * link.Up.Rate));
    }

    [Theory]
    [InlineData(10, 20, 10)]
    [InlineData(20, 40, 30)]
    [InlineData(100, 5, 10)]
    [InlineData(100, 50, 10)]
    [InlineData(100, 50, 30)]
    [InlineData(300, 100, 30)]
    public void AcknowledgementsInHeaps_LeaveRateAndQueue(double megabits, double milliseconds, int heap)
    {
        LinkSimulator link = Started(megabits, milliseconds);
        link.Down.Batch = heap * 1000;
        Settle(link);
        Seen seen = Show(link, Measure(link));
        Assert.InRange(Rate(link, seen), 0.95, 1.01);
        Assert.InRange(seen.StandingQueue, 0, Allowed(link) + (5_000 * link.Up.Rate));
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(10, 20)]
    [InlineData(20, 40)]
    [InlineData(100, 50)]
    [InlineData(300, 100)]
    [InlineData(1000, 10)]
    public void BothDirectionsBusy_AreBothFull(double megabits, double milliseconds)
    {
        LinkSimulator link = Started(megabits, milliseconds);
        link.Fetch();
        Settle(link);
        Seen seen = Show(link, Measure(link));
        Assert.InRange(Rate(link, seen), 0.95, 1.01);
        Assert.InRange(seen.BytesDown / (link.Down.Rate * seen.Time), 0.95, 1.01);
        Assert.InRange(seen.StandingQueue, 0, 2 * Allowed(link));
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(100, 50)]
    public void SenderWithLittle_DoesNotLowerTheEstimate(double megabits, double milliseconds)
    {
        LinkSimulator link = Settled(megabits, milliseconds);
        link.Client.Flows[0].Paused = true;
        Flow little = link.Send((int)(link.Up.Rate * 10_000 / 5), 10_000);
        link.Run(5_000_000);
        Assert.InRange(link.Client.Mux.LinkControl.Rate, 0.95 * link.Up.Rate * 1e6, 1.2 * link.Up.Rate * 1e6);
        Assert.InRange(little.LongestMessage, 0, link.RoundTrip + 20_000);
        link.Client.Flows[0].Paused = false;
        link.Run(2 * link.RoundTrip);
        AssertFull(link, Show(link, link.Run(20 * link.RoundTrip)));
    }

    [Theory]
    [InlineData(20, 40)]
    [InlineData(100, 50)]
    [InlineData(1000, 10)]
    public void SparseFlow_BesideEightBulkFlows_HardlyWaits_AndTheyShareAlike(double megabits, double milliseconds)
    {
        LinkSimulator link = new(1, megabits, milliseconds);
        Flow sparse = link.Send(500, 37_000);
        Flow[] flows = new Flow[8];
        for (int i = 0; i < flows.Length; i++)
        {
            flows[i] = link.Send();
        }

        Settle(link);
        sparse.LongestMessage = 0;
        long[] before = Array.ConvertAll(flows, flow => flow.Received);
        AssertFull(link, Show(link, Measure(link)));
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < flows.Length; i++)
        {
            double received = flows[i].Received - before[i];
            sum += received;
            squares += received * received;
        }

        Assert.InRange(sum * sum / (flows.Length * squares), 0.97, 1);
        Assert.InRange(sparse.LongestMessage, 0, (link.RoundTrip / 2) + 15_000);
    }

    [Fact]
    public void ChosenBound_StaysWhatItIs()
    {
        LinkControl control = new(50_000);
        control.OnSent(50_000, 0);
        control.OnAck(50_000, 7, 20_000);
        Assert.Equal(50_000, control.Bound);
        Assert.Equal(20_000, control.MinRoundTrip);
        Assert.Equal(LinkControl.SmallestBound, new LinkControl(1).Bound);
    }

    [Fact]
    public void ClocksOfTheOtherEnd_DoNoHarm()
    {
        Random random = new(1);
        LinkControl control = new();
        long sent = 0;
        for (int i = 0; i < 10_000; i++)
        {
            control.OnSent(sent += 10_000, i * 1000);
            control.OnAck(sent - random.Next(5_000), random.NextInt64(long.MinValue, long.MaxValue), (i * 1000) + 500);
            Assert.InRange(control.Bound, 1, LinkControl.LargestBound);
            Assert.InRange(control.PacedUntil, 0, (i * 1000L) + 100_000_000);
        }
    }

    private static int Window(double megabits, double milliseconds) => (int)Math.Max(2 << 20, megabits / 8 * milliseconds * 1000 * 5);

    private static LinkSimulator Started(double megabits, double milliseconds)
    {
        LinkSimulator link = new(1, megabits, milliseconds, Window(megabits, milliseconds));
        link.Send();
        return link;
    }

    private static LinkSimulator Settled(double megabits, double milliseconds)
    {
        LinkSimulator link = Started(megabits, milliseconds);
        Settle(link);
        return link;
    }

    private static void Settle(LinkSimulator link) => link.Run(Math.Max(30 * link.RoundTrip, (long)(250_000 / link.Up.Rate) + 500_000));

    private static Seen Measure(LinkSimulator link) => link.Run(Math.Max(40 * link.RoundTrip, (long)(200_000 / link.Up.Rate) + 500_000));

    private static double Rate(LinkSimulator link, Seen seen) => seen.Bytes / (link.Up.Rate * seen.Time);

    private static double Allowed(LinkSimulator link) =>
        Math.Max(link.Up.Rate * Math.Max(link.RoundTrip / 4, 10_000), LinkControl.SmallestBound + DataFrameLimit.Smallest + Frame.HeaderSize);

    private static void AssertFull(LinkSimulator link, Seen seen)
    {
        Assert.InRange(Rate(link, seen), 0.95, 1.01);
        Assert.InRange(seen.StandingQueue, 0, Allowed(link));
    }

    private Seen Show(LinkSimulator link, Seen seen)
    {
        double toTime = 0.001 / link.Up.Rate;
        output.WriteLine($"rate {Rate(link, seen):P1}, down {seen.BytesDown / (link.Down.Rate * seen.Time):P1}; queue in ms: "
            + $"standing {seen.StandingQueue * toTime:F1} of {Allowed(link) * toTime:F1}, mean {seen.MeanQueue * toTime:F1}, "
            + $"most {seen.LargestQueue * toTime:F1}; bound {link.Client.Mux.LinkControl.Bound}, estimates "
            + $"{link.Client.Mux.LinkControl.Rate * 8 / 1e6:F2} Mbit/s, {link.Client.Mux.LinkControl.MinRoundTrip / 1000.0:F1} ms");
        return seen;
    }
}
