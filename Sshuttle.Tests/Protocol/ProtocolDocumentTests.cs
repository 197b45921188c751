using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Sshuttle.Protocol;
using Xunit;

namespace Sshuttle.Tests.Protocol;

/// <summary>PROTOCOL.md says what the code does.</summary>
public partial class ProtocolDocumentTests
{
    private readonly string text = File.ReadAllText(Path.Combine(Folder(), "../../Sshuttle/Protocol/PROTOCOL.md"));

    [Fact]
    public void CommandTable_IsComplete()
    {
        Dictionary<ushort, string> listed = [];
        foreach (Match row in CommandRow().Matches(text))
        {
            listed.Add(Convert.ToUInt16(row.Groups[1].Value, 16), row.Groups[2].Value);
        }

        Assert.Equal(Enum.GetValues<Command>().Length, listed.Count);
        Assert.All(listed, row => Assert.Equal(row.Value, CommandNames.Of((Command)row.Key)));
    }

    [Fact]
    public void ReasonTable_IsComplete()
    {
        int listed = ReasonRow().Count(text);
        Assert.Equal(Enum.GetValues<ResetReason>().Length, listed);
    }

    [Fact]
    public void Examples_AreWhatTheySay()
    {
        MatchCollection examples = Example().Matches(text);
        Assert.Equal(13, examples.Count);
        foreach (Match example in examples)
        {
            byte[] bytes = Convert.FromHexString(example.Groups[1].Value.Replace(" ", "", StringComparison.Ordinal));
            Assert.True(Frame.TryRead(bytes, out Frame frame, out int used), example.Value);
            Assert.Equal(bytes.Length, used);
            string said = example.Groups[2].Value.Trim();
            string shown = CommandNames.Of(frame.Command) + frame.Command switch
            {
                Command.Window when Payloads.TryReadWindow(frame.Payload, out uint credit) => $" {credit}",
                Command.Ack when Payloads.TryReadAck(frame.Payload, out long total, out long? time) => $" {total} {time}",
                Command.Reset => $" {(int)Payloads.ReadReset(frame.Payload)}",
                _ when frame.Payload.Length > 0 => $" \"{Encoding.ASCII.GetString(frame.Payload)}\"",
                _ => "",
            };
            Assert.Equal(said, shown);
        }
    }

    [Theory]
    [InlineData("doubled up to 4 MiB", ReceiveWindows.Largest, 4 << 20)]
    [InlineData("raised to 256 KiB", ReceiveWindows.Usual, 256 << 10)]
    [InlineData("halved down to 64 KiB", ReceiveWindows.Smallest, 64 << 10)]
    [InlineData("after 20 ms", Acknowledger.Delay, 20_000)]
    [InlineData("if 1 KiB are due", Acknowledger.Prompt, 1 << 10)]
    [InlineData("the last ACK is 1 ms old", Acknowledger.Spacing, 1_000)]
    [InlineData("if 256 KiB are due", Acknowledger.Plenty, 256 << 10)]
    [InlineData("only when 1 KiB of them", Acknowledger.Many, 1 << 10)]
    [InlineData("(at least 4 KiB)", LinkControl.SmallestBound, 4 << 10)]
    [InlineData("from 16 KiB on", LinkControl.FirstBound, 16 << 10)]
    [InlineData("between 4 KiB and 64 MiB", LinkControl.LargestBound, 64 << 20)]
    [InlineData("or 1024 bytes if", DataFrameLimit.Smallest, 1024)]
    [InlineData("up to 65528 bytes of payload", DataFrameLimit.Alone, 65528)]
    [InlineData("After 1024 candidates", ChannelTable.MaxCandidates, 1024)]
    [InlineData("a count over 32768", Fullness.DefaultLimit, 32768)]
    [InlineData("512 printable characters", Hello.MaxSize, 512)]
    public void Numbers_AreThoseOfTheCode(string words, long actual, long written)
    {
        Assert.Contains(words, text, StringComparison.Ordinal);
        Assert.Equal(written, actual);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"^\| 0x(42[0-9a-f]{2}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    [GeneratedRegex(@"^\| \d \| ", RegexOptions.Multiline)]
    private static partial Regex ReasonRow();

    [GeneratedRegex(@"^[cs]  (53 53(?: [0-9a-f]{2})+) +(\S.*)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
