using System;
using System.Collections.Generic;
using System.Text;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>One mux seen from outside: frames in and frames out as text, such as <c>1 TCP_DATA hello</c>.</summary>
public abstract class MuxProbe
{
    private protected const string Greeting = "sshuttle-e1 version=9 window=1000";

    private protected MuxProbe(MuxOptions? options = null) => Mux = new Mux(options ?? MuxPair.Options);

    private protected Mux Mux { get; }

    private protected static string Ack(long total, long arrivedAt = 0)
    {
        byte[] payload = new byte[Payloads.AckSize];
        Payloads.WriteAck(payload, total, arrivedAt);
        return Encoding.Latin1.GetString(payload);
    }

    private protected static byte[] Wire(int channel, Command command, string payload)
    {
        byte[] frame = new byte[Frame.HeaderSize + payload.Length];
        Frame.WriteHeader(frame, (ushort)channel, command, payload.Length);
        Encoding.Latin1.GetBytes(payload, frame.AsSpan(Frame.HeaderSize));
        return frame;
    }

    private protected static List<string> ReceiveBytes(Mux mux, ReadOnlySpan<byte> bytes, long now = 0)
    {
        bytes.CopyTo(mux.Inbound);
        mux.Received(bytes.Length, now);
        List<string> shown = [];
        while (mux.TryReceive(out Frame frame))
        {
            shown.Add(Show(frame));
        }

        return shown;
    }

    private protected static string Show(in Frame frame) =>
        $"{frame.Channel} {CommandNames.Of(frame.Command)} {Encoding.Latin1.GetString(frame.Payload)}";

    private protected List<string> ReceiveBytes(ReadOnlySpan<byte> bytes) => ReceiveBytes(Mux, bytes);

    private protected List<string> Receive(int channel, Command command, string payload) =>
        ReceiveBytes(Mux, Wire(channel, command, payload));

    private protected void Greeted()
    {
        Mux.Start();
        Receive(0, Command.Ping, Greeting);
        Mux.EndTurn(0);
        Output();
        Mux.EndTurn(0);
    }

    private protected Channel Open()
    {
        Channel channel = Mux.Channels.Open(null)!;
        Mux.Opened(channel, 0);
        Output();
        return channel;
    }

    private protected void Commit(Channel channel)
    {
        Mux.ReserveData(channel, 100);
        Mux.CommitData(channel, 100);
    }

    private protected List<string> Output()
    {
        List<byte> all = [];
        while (Mux.Outbound.Length > 0)
        {
            all.AddRange(Mux.Outbound);
            Mux.Sent(Mux.Outbound.Length, 0);
        }

        List<string> frames = [];
        ReadOnlySpan<byte> rest = all.ToArray();
        while (Frame.TryRead(rest, out Frame frame, out int used))
        {
            frames.Add(Show(frame));
            rest = rest[used..];
        }

        Assert.True(rest.IsEmpty);
        return frames;
    }
}
