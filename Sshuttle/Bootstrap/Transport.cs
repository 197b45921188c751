using System;
using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Net;

namespace Sshuttle.Bootstrap;

/// <summary>
/// A running ssh command (or local server) whose other end has begun to speak the protocol. The descriptors are
/// non-blocking and belong to whoever takes the transport.
/// </summary>
/// <param name="child">The ssh command.</param>
/// <param name="readFd">What the server sends.</param>
/// <param name="writeFd">What the server receives.</param>
/// <param name="exit">Explains failures.</param>
public sealed class Transport(Child child, int readFd, int writeFd, RemoteExit exit)
{
    private const int ReadSize = 64 * 1024;
    private const int LifeCheckMilliseconds = 500;

    /// <summary>The ssh command.</summary>
    public Child Child { get; } = child;

    /// <summary>What the server sends.</summary>
    public int ReadFd { get; } = readFd;

    /// <summary>What the server receives.</summary>
    public int WriteFd { get; } = writeFd;

    /// <summary>The first bytes of the protocol, read together with the header.</summary>
    public ReadOnlyMemory<byte> Early { get; private set; }

    /// <summary>Starts a command with pipes at its standard input and output.</summary>
    /// <param name="path">The program.</param>
    /// <param name="argv">Its arguments, the name first.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="exit">Explains failures.</param>
    public static Transport Start(string path, IReadOnlyList<string> argv, IReadOnlyList<string> environment, RemoteExit exit)
    {
        (int childReads, int weWrite) = Descriptor.Pipe();
        (int weRead, int childWrites) = Descriptor.Pipe();
        Child child = Child.Start(path, argv, environment, [(childReads, 0), (childWrites, 1)]);
        Descriptor.Close(childReads);
        Descriptor.Close(childWrites);
        Descriptor.EnlargePipe(weRead);
        Descriptor.EnlargePipe(weWrite);
        Descriptor.SetNonBlocking(weRead);
        Descriptor.SetNonBlocking(weWrite);
        return new Transport(child, weRead, weWrite, exit);
    }

    /// <summary>Waits for the server to answer, and sends it a binary where it asks for one.</summary>
    /// <param name="images">The binaries that can be sent.</param>
    /// <param name="interrupted">
    /// A descriptor whose readability ends the attempt, or -1; what to do then is the caller's to decide.
    /// </param>
    /// <param name="helper">Another one, with the same effect.</param>
    /// <param name="deadline">When to give up, in microseconds; there is none where a person may be typing a password.</param>
    /// <returns>False when one of the two became readable.</returns>
    /// <exception cref="Fatal">The command ended, the remote cannot run a server, or the deadline has passed.</exception>
    public bool Connect(IReadOnlyList<ServerImage> images, int interrupted, int helper, long deadline = long.MaxValue)
    {
        Handshake handshake = new();
        Upload? upload = null;
        byte[] buffer = new byte[ReadSize];
        bool childEnded = false;
        while (true)
        {
            bool sending = upload is { Done: false };
            uint ready = Descriptor.Wait([ReadFd, interrupted, helper], sending ? WriteFd : -1, LifeCheckMilliseconds);
            if (Clock.Microseconds > deadline)
            {
                throw new Fatal("the server does not answer");
            }

            if (ready == 0)
            {
                // Something that the command left behind may hold its output open; what it wrote itself comes first.
                childEnded = childEnded ? throw Ended(handshake, upload) : Child.TryWait() is not null;
                continue;
            }

            if ((ready & 0b110) != 0)
            {
                return false;
            }

            if (sending && (ready & 0b1000) != 0 && !upload!.Continue(WriteFd))
            {
                throw Ended(handshake, upload);
            }

            if ((ready & 1) == 0)
            {
                continue;
            }

            SysResult read = Descriptor.Read(ReadFd, buffer);
            if (read.IsAgain)
            {
                continue;
            }

            if (!read.Ok || read.Value == 0)
            {
                throw Ended(handshake, upload);
            }

            if (Interpret(handshake, buffer.AsMemory(0, read.Value), images, ref upload))
            {
                return true;
            }
        }
    }

    /// <summary>Closes both pipes and, since a command may ignore that, ends it by SIGTERM and then SIGKILL.</summary>
    public void Close()
    {
        Descriptor.Close(WriteFd);
        Descriptor.Close(ReadFd);
        Child.Terminate();
        _ = WaitForEnd();
        Child.Kill();
        _ = Child.Wait();
    }

    /// <summary>The exit status of a command whose output has ended, or null where it still runs after a second.</summary>
    public int? WaitForEnd()
    {
        const int attempts = 100;
        for (int i = 0; i < attempts && Child.TryWait() is null; i++)
        {
            _ = Descriptor.Wait([], -1, 10);
        }

        return Child.TryWait();
    }

    private bool Interpret(Handshake handshake, ReadOnlyMemory<byte> input, IReadOnlyList<ServerImage> images, ref Upload? upload)
    {
        while (input.Length > 0)
        {
            Handshake.Outcome outcome = handshake.Take(input.Span, out int used);
            input = input[used..];
            if (outcome == Handshake.Outcome.Ready)
            {
                Early = input.ToArray();
                return true;
            }

            if (outcome == Handshake.Outcome.Failed)
            {
                throw new Fatal(exit.Refused(handshake.Reason, handshake.Platform));
            }

            if (outcome == Handshake.Outcome.Upload)
            {
                upload = PrepareUpload(handshake, images);
                _ = upload.Continue(WriteFd);
            }
        }

        return false;
    }

    private Upload PrepareUpload(Handshake handshake, IReadOnlyList<ServerImage> images)
    {
        foreach (ServerImage image in images)
        {
            if (image.Platform == handshake.Platform)
            {
                Log.Info($"uploading the server for {image.Platform}");
                return Upload.Prepare(image, handshake.CanDecompress, Terminal.ErrorIsTerminal);
            }
        }

        throw new Fatal(exit.Refused("no-binary", handshake.Platform));
    }

    private Fatal Ended(Handshake handshake, Upload? upload) =>
        new(exit.BeforeStart(WaitForEnd(), connected: upload is not null, handshake.Noise));
}
