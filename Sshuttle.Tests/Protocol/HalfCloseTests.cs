using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

public class HalfCloseTests
{
    // Every state and every event, written out: state, event -> state [actions].
    private const string Expected = """
        Open         LocalEof          ReceiveOnly  SendEof
        Open         LocalWriteFailed  SendOnly     SendStop
        Open         Drained           Open         None
        Open         RemoteEof         Draining     None
        Open         RemoteStop        ReceiveOnly  ShutdownRead
        Open         LocalReset        Closed       SendEof, SendStop, SendReset, Release, Close
        Open         RemoteReset       Closed       Release, Abort
        Draining     LocalEof          Flushing     SendEof, Release
        Draining     LocalWriteFailed  SendOnly     None
        Draining     Drained           SendOnly     ShutdownWrite
        Draining     RemoteEof         Draining     None
        Draining     RemoteStop        Flushing     Release, ShutdownRead
        Draining     LocalReset        Closed       SendEof, SendReset, Release, Close
        Draining     RemoteReset       Closed       Release, Abort
        SendOnly     LocalEof          Closed       SendEof, Release, Close
        SendOnly     LocalWriteFailed  SendOnly     None
        SendOnly     Drained           SendOnly     None
        SendOnly     RemoteEof         SendOnly     None
        SendOnly     RemoteStop        Closed       Release, Close
        SendOnly     LocalReset        Closed       SendEof, SendReset, Release, Close
        SendOnly     RemoteReset       Closed       Release, Abort
        ReceiveOnly  LocalEof          ReceiveOnly  None
        ReceiveOnly  LocalWriteFailed  Closed       SendStop, Release, Close
        ReceiveOnly  Drained           ReceiveOnly  None
        ReceiveOnly  RemoteEof         Flushing     Release
        ReceiveOnly  RemoteStop        ReceiveOnly  None
        ReceiveOnly  LocalReset        Closed       SendStop, SendReset, Release, Close
        ReceiveOnly  RemoteReset       Closed       Release, Abort
        Flushing     LocalEof          Flushing     None
        Flushing     LocalWriteFailed  Closed       Close
        Flushing     Drained           Closed       ShutdownWrite, Close
        Flushing     RemoteEof         Flushing     None
        Flushing     RemoteStop        Flushing     None
        Flushing     LocalReset        Closed       Close
        Flushing     RemoteReset       Closed       Abort
        Closed       LocalEof          Closed       None
        Closed       LocalWriteFailed  Closed       None
        Closed       Drained           Closed       None
        Closed       RemoteEof         Closed       None
        Closed       RemoteStop        Closed       None
        Closed       LocalReset        Closed       None
        Closed       RemoteReset       Closed       None
        """;

    [Fact]
    public void EveryCell_IsAsWrittenHere()
    {
        StringBuilder actual = new();
        foreach (HalfState state in Enum.GetValues<HalfState>())
        {
            foreach (HalfEvent happened in Enum.GetValues<HalfEvent>())
            {
                (HalfState next, HalfActions actions) = HalfClose.Next(state, happened);
                actual.Append($"{state,-12} {happened,-17} {next,-12} {actions}\n");
            }
        }

        Assert.Equal(Expected, actual.ToString().TrimEnd('\n'));
    }

    [Fact]
    public void EveryPath_ReleasesAndClosesExactlyOnce_AndSendsNothingAfterRelease()
    {
        Walk(HalfState.Open, HalfActions.None, 0);
    }

    [Fact]
    public void TwoEnds_FinishTogether_WhateverHappensFirst()
    {
        // Both ends with all orders of local events and of delivery, as a breadth-first search over pairs of states.
        HashSet<string> seen = [];
        Queue<Pair> open = new([new Pair(HalfState.Open, HalfState.Open, "", "")]);
        while (open.TryDequeue(out Pair? pair))
        {
            if (!seen.Add(pair.ToString()))
            {
                continue;
            }

            bool quiet = pair.ToA.Length == 0 && pair.ToB.Length == 0;
            if (quiet)
            {
                Assert.Equal(IsReleased(pair.A), IsReleased(pair.B));
            }

            foreach (Pair next in pair.Steps())
            {
                open.Enqueue(next);
            }
        }

        Assert.InRange(seen.Count, 50, 100_000);
    }

    private static bool IsReleased(HalfState state) => state is HalfState.Flushing or HalfState.Closed;

    private static void Walk(HalfState state, HalfActions done, int depth)
    {
        if (depth == 6)
        {
            return;
        }

        foreach (HalfEvent happened in Enum.GetValues<HalfEvent>())
        {
            (HalfState next, HalfActions actions) = HalfClose.Next(state, happened);
            Assert.Equal(HalfActions.None, actions & done & (HalfActions.SendEof | HalfActions.SendStop | HalfActions.SendReset));
            Assert.Equal(HalfActions.None, actions & done & (HalfActions.Release | HalfActions.ShutdownRead));
            if ((done & HalfActions.Release) != 0)
            {
                Assert.Equal(HalfActions.None, actions & (HalfActions.SendEof | HalfActions.SendStop | HalfActions.SendReset));
            }

            HalfActions all = done | actions;
            Assert.Equal(IsReleased(next), (all & HalfActions.Release) != 0);
            Assert.Equal(next == HalfState.Closed, (all & (HalfActions.Close | HalfActions.Abort)) != 0);
            Walk(next, all, depth + 1);
        }
    }

    // Two ends and the frames on their way: E = TCP_EOF, S = TCP_STOP_SENDING, R = RESET.
    private sealed record Pair(HalfState A, HalfState B, string ToA, string ToB)
    {
        private static readonly HalfEvent[] Local =
            [HalfEvent.LocalEof, HalfEvent.LocalWriteFailed, HalfEvent.Drained, HalfEvent.LocalReset];

        public IEnumerable<Pair> Steps()
        {
            foreach (HalfEvent happened in Local)
            {
                yield return ApplyA(happened, ToA);
                yield return ApplyB(happened, ToB);
            }

            if (ToA.Length > 0)
            {
                // Frames for a channel that nobody has are ignored.
                yield return IsReleased(A) ? this with { ToA = ToA[1..] } : ApplyA(Arrived(ToA[0]), ToA[1..]);
            }

            if (ToB.Length > 0)
            {
                yield return IsReleased(B) ? this with { ToB = ToB[1..] } : ApplyB(Arrived(ToB[0]), ToB[1..]);
            }
        }

        private static HalfEvent Arrived(char frame) =>
            frame == 'E' ? HalfEvent.RemoteEof : frame == 'S' ? HalfEvent.RemoteStop : HalfEvent.RemoteReset;

        private static string Frames(HalfActions actions) => (actions & HalfActions.SendReset) != 0
            ? "R"
            : ((actions & HalfActions.SendEof) != 0 ? "E" : "") + ((actions & HalfActions.SendStop) != 0 ? "S" : "");

        private Pair ApplyA(HalfEvent happened, string rest)
        {
            (HalfState next, HalfActions actions) = HalfClose.Next(A, happened);
            return new Pair(next, B, rest, ToB + Frames(actions));
        }

        private Pair ApplyB(HalfEvent happened, string rest)
        {
            (HalfState next, HalfActions actions) = HalfClose.Next(B, happened);
            return new Pair(A, next, ToA + Frames(actions), rest);
        }
    }
}
