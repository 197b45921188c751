using System;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;
using Sshuttle.Bootstrap;

namespace Sshuttle.Tests.Bootstrap;

/// <summary>The client's part in front of a running script, with a deadline.</summary>
internal sealed class ScriptClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly RemoteAccount account;
    private readonly Handshake handshake = new();
    private readonly Task<string> error;
    private readonly byte[] buffer = new byte[4096];
    private int uploads;

    public ScriptClient(RemoteAccount account, string shell, params string[] prefix)
    {
        this.account = account;
        string[] words = [.. prefix, .. shell.Split(' '), "-c", RemoteScript.Text, "sshuttle", account.Images, "--server", "-v"];
        ProcessStartInfo start = new(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = account.Root,
        };
        foreach (string word in words[1..])
        {
            start.ArgumentList.Add(word);
        }

        start.Environment.Clear();
        foreach ((string name, string value) in account.Environment)
        {
            start.Environment[name] = value;
        }

        Process = Process.Start(start)!;
        error = Process.StandardError.ReadToEndAsync();
    }

    public Process Process { get; }

    public Stream Input => Process.StandardInput.BaseStream;

    /// <summary>What is sent in the server's place, in the form of an answer to the upload request.</summary>
    public byte[]? Answer { get; set; }

    /// <summary>The answer that an honest client gives.</summary>
    public byte[] HonestAnswer()
    {
        byte[] content = handshake.CanDecompress ? RemoteAccount.Compress(account.Server) : account.Server;
        return [.. Encoding.ASCII.GetBytes($"{content.Length} {(handshake.CanDecompress ? 1 : 0)}\n"), .. content];
    }

    /// <summary>Reads up to the first thing of meaning.</summary>
    public Handshake.Outcome Read(out string rest)
    {
        rest = "";
        while (true)
        {
            Task<int> read = Process.StandardOutput.BaseStream.ReadAsync(buffer, 0, buffer.Length);
            Xunit.Assert.True(read.Wait(Patience), "the script said nothing");
            ReadOnlySpan<byte> input = buffer.AsSpan(0, read.Result);
            if (input.Length == 0)
            {
                return Handshake.Outcome.More;
            }

            while (input.Length > 0)
            {
                Handshake.Outcome outcome = handshake.Take(input, out int used);
                input = input[used..];
                if (outcome != Handshake.Outcome.More)
                {
                    rest = Encoding.UTF8.GetString(input);
                    return outcome;
                }
            }
        }
    }

    /// <summary>Answers whatever is asked, until the script or the server has ended.</summary>
    public ScriptRun Finish()
    {
        string served = "";
        string failure = "";
        while (true)
        {
            Handshake.Outcome outcome = Read(out string rest);
            if (outcome == Handshake.Outcome.Upload)
            {
                uploads++;
                Send(Answer ?? HonestAnswer());
                continue;
            }

            if (outcome == Handshake.Outcome.Ready)
            {
                served = rest + Process.StandardOutput.ReadToEnd();
            }
            else if (outcome == Handshake.Outcome.Failed)
            {
                failure = $"{handshake.Platform} {handshake.Reason}";
            }

            break;
        }

        Xunit.Assert.True(Process.WaitForExit(Patience), "the script did not end");
        return new ScriptRun(uploads, served, failure, Process.ExitCode, error.Result);
    }

    private void Send(byte[] answer)
    {
        try
        {
            Input.Write(answer);
            Input.Flush();
        }
        catch (ObjectDisposedException)
        {
            // The test hung up before.
        }
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }
}
