using System;
using System.Text;
using Sshuttle.Protocol;

namespace Sshuttle.Bootstrap;

/// <summary>
/// Reads what comes before the protocol: noise of login scripts, lines of <see cref="RemoteScript"/>, and at last the
/// sync header, two NUL bytes and 12 characters. It does no I/O: it is given bytes and says what they mean.
/// </summary>
public sealed class Handshake
{
    private const int MaxLine = 512;
    private const int HeaderNuls = 2;
    private readonly byte[] line = new byte[MaxLine];
    private int lineLength;
    private int headerLength;

    /// <summary>What a piece of input led to.</summary>
    public enum Outcome
    {
        /// <summary>More input is needed.</summary>
        More,

        /// <summary>The header is complete; what follows is the protocol.</summary>
        Ready,

        /// <summary>The remote script wants a binary; see <see cref="Platform"/> and <see cref="CanDecompress"/>.</summary>
        Upload,

        /// <summary>The remote script gave up; see <see cref="Platform"/> and <see cref="Reason"/>.</summary>
        Failed,
    }

    /// <summary>The remote's <c>uname -s</c>/<c>uname -m</c>, as it says.</summary>
    public string Platform { get; private set; } = "";

    /// <summary>Whether the remote has gzip.</summary>
    public bool CanDecompress { get; private set; }

    /// <summary>Why the remote script gave up: one word.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>The last line that was neither ours nor blank, to show what stood in the protocol's place.</summary>
    public string Noise { get; private set; } = "";

    /// <summary>Takes input up to the first thing of meaning.</summary>
    /// <param name="input">Bytes from the remote.</param>
    /// <param name="used">How many of them were taken.</param>
    public Outcome Take(ReadOnlySpan<byte> input, out int used)
    {
        for (used = 0; used < input.Length;)
        {
            byte next = input[used++];
            if (TakeHeaderByte(next))
            {
                if (headerLength == SyncHeader.Bytes.Length)
                {
                    return Outcome.Ready;
                }

                continue;
            }

            if (next != '\n')
            {
                AddToLine(next);
                continue;
            }

            string text = Encoding.UTF8.GetString(line, 0, lineLength).Trim();
            lineLength = 0;
            Outcome outcome = TakeLine(text);
            if (outcome != Outcome.More)
            {
                return outcome;
            }
        }

        return Outcome.More;
    }

    private bool TakeHeaderByte(byte next)
    {
        if (next == SyncHeader.Bytes[headerLength])
        {
            headerLength++;
            return true;
        }

        // Text that stood behind two NULs and began as the name does.
        for (int i = HeaderNuls; i < headerLength; i++)
        {
            AddToLine(SyncHeader.Bytes[i]);
        }

        // A third NUL still leaves two in front of the name, a later one is the first of a new start.
        headerLength = next != 0 ? 0 : headerLength == HeaderNuls ? HeaderNuls : 1;
        return next == 0;
    }

    private void AddToLine(byte next)
    {
        if (lineLength < MaxLine)
        {
            line[lineLength++] = next;
        }
    }

    private Outcome TakeLine(string text)
    {
        if (TryWords(text, RemoteScript.UploadPrefix, out string platform, out string last))
        {
            Platform = platform;
            CanDecompress = last == "1";
            return Outcome.Upload;
        }

        if (TryWords(text, RemoteScript.FailPrefix, out platform, out last))
        {
            Platform = platform;
            Reason = last;
            return Outcome.Failed;
        }

        Noise = text.Length > 0 ? text : Noise;
        return Outcome.More;
    }

    // What a login script left running may print in front of our line, and a platform may hold blanks.
    private static bool TryWords(string text, string prefix, out string platform, out string last)
    {
        int start = text.IndexOf(prefix, StringComparison.Ordinal);
        string words = start < 0 ? "" : text[(start + prefix.Length)..];
        int blank = words.LastIndexOf(' ');
        (platform, last) = blank < 0 ? ("", "") : (words[..blank], words[(blank + 1)..]);
        return blank >= 0;
    }
}
