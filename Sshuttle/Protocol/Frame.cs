using System;
using System.Buffers.Binary;
using Sshuttle.Base;

namespace Sshuttle.Protocol;

/// <summary>
/// One frame, looking into the memory that it was read from: it is valid only as long as that.
/// <code>
/// 0  2  magic 53 53 ("SS")
/// 2  2  channel, 0 for the link itself
/// 4  2  command
/// 6  2  payload length, 0..65535
/// 8  .  payload                      all numbers big-endian
/// </code>
/// </summary>
public readonly ref struct Frame
{
    /// <summary>Bytes in front of the payload.</summary>
    public const int HeaderSize = 8;

    /// <summary>The longest payload in bytes.</summary>
    public const int MaxPayload = ushort.MaxValue;

    /// <summary>The longest frame in bytes.</summary>
    public const int MaxSize = HeaderSize + MaxPayload;

    private const byte Magic = (byte)'S';

    /// <summary>A frame of its parts.</summary>
    public Frame(ushort channel, Command command, ReadOnlySpan<byte> payload)
    {
        Channel = channel;
        Command = command;
        Payload = payload;
    }

    /// <summary>The channel; 0 is the link itself.</summary>
    public ushort Channel { get; }

    /// <summary>The command, which may be one that nobody knows.</summary>
    public Command Command { get; }

    /// <summary>What the command is about, 0 to <see cref="MaxPayload"/> bytes.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Bytes of the whole frame.</summary>
    public int Size => HeaderSize + Payload.Length;

    /// <summary>Reads the frame at the start of <paramref name="input"/>; false if more bytes are needed.</summary>
    /// <param name="input">Received bytes, from the start of a frame.</param>
    /// <param name="frame">The frame, looking into <paramref name="input"/>.</param>
    /// <param name="used">Bytes that the frame takes; 0 if false.</param>
    /// <exception cref="Fatal">These bytes are no frame, so that nothing behind them can be understood.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out Frame frame, out int used)
    {
        frame = default;
        used = 0;
        if ((input.Length > 0 && input[0] != Magic) || (input.Length > 1 && input[1] != Magic))
        {
            throw new Fatal("protocol error: the other end of the tunnel sent something that is not a frame; look for a program there that writes to the standard output of the same ssh session");
        }

        if (input.Length < HeaderSize)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(input[6..]);
        if (input.Length - HeaderSize < length)
        {
            return false;
        }

        frame = new Frame(
            BinaryPrimitives.ReadUInt16BigEndian(input[2..]),
            (Command)BinaryPrimitives.ReadUInt16BigEndian(input[4..]),
            input.Slice(HeaderSize, length));
        used = HeaderSize + length;
        return true;
    }

    /// <summary>Writes the 8 bytes in front of a payload.</summary>
    /// <param name="output">At least <see cref="HeaderSize"/> bytes.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="command">The command.</param>
    /// <param name="payloadLength">0 to <see cref="MaxPayload"/>.</param>
    public static void WriteHeader(Span<byte> output, ushort channel, Command command, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)payloadLength, (uint)MaxPayload, nameof(payloadLength));
        output[0] = Magic;
        output[1] = Magic;
        BinaryPrimitives.WriteUInt16BigEndian(output[2..], channel);
        BinaryPrimitives.WriteUInt16BigEndian(output[4..], (ushort)command);
        BinaryPrimitives.WriteUInt16BigEndian(output[6..], (ushort)payloadLength);
    }
}
