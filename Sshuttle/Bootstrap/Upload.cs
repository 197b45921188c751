using System;
using System.IO;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Exec;
using Sshuttle.Net;

namespace Sshuttle.Bootstrap;

/// <summary>The bytes that answer an upload request, and how much of them has gone.</summary>
public sealed class Upload
{
    private readonly byte[] data;
    private readonly bool showProgress;
    private int sent;
    private int shownPercent = -1;

    private Upload(byte[] data, bool showProgress)
    {
        this.data = data;
        this.showProgress = showProgress;
    }

    /// <summary>Whether all has been handed to ssh.</summary>
    public bool Done => sent == data.Length;

    /// <summary>Loads a binary, compressed by gzip where both sides have it.</summary>
    /// <exception cref="Fatal">The file cannot be read any more.</exception>
    public static Upload Prepare(ServerImage image, bool compress, bool showProgress)
    {
        byte[]? packed = compress ? CommandRunner.RunBinary(["gzip", "-c", image.Path]) : null;
        byte[] content = packed ?? ReadFile(image.Path);
        byte[] head = Encoding.ASCII.GetBytes($"{content.Length} {(packed is null ? 0 : 1)}\n");
        return new Upload([.. head, .. content], showProgress);
    }

    /// <summary>Writes as much as ssh takes now; false when ssh is gone.</summary>
    public bool Continue(int fd)
    {
        while (!Done)
        {
            SysResult written = Descriptor.Write(fd, data.AsSpan(sent));
            if (!written.Ok)
            {
                return written.IsAgain;
            }

            sent += written.Value;
            ShowProgress();
        }

        return true;
    }

    private void ShowProgress()
    {
        int percent = (int)(sent * 100L / data.Length);
        if (showProgress && percent != shownPercent)
        {
            shownPercent = percent;
            Terminal.Progress($"c : uploading the server: {percent} %", last: Done);
        }
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new Fatal($"cannot read the server binary {path}");
        }
    }
}
