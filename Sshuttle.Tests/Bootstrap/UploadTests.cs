using System;
using System.IO;
using System.IO.Compression;
using System.Text;
using Sshuttle.Base;
using Sshuttle.Bootstrap;
using Sshuttle.Net;
using Xunit;

namespace Sshuttle.Tests.Bootstrap;

public sealed class UploadTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();
    private readonly byte[] content = new byte[300_000];

    public UploadTests()
    {
        new Random(1).NextBytes(content.AsSpan(0, 200_000));
        File.WriteAllBytes(file, content);
    }

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Binary_ArrivesBehindItsLength(bool compress)
    {
        byte[] sent = Send(Upload.Prepare(new ServerImage("Linux/x86_64", file, ""), compress, showProgress: false));
        int end = Array.IndexOf(sent, (byte)'\n');
        Assert.Equal($"{sent.Length - end - 1} {(compress ? 1 : 0)}", Encoding.ASCII.GetString(sent, 0, end));
        Assert.Equal(content, Unpack(sent[(end + 1)..], compress));
    }

    [Fact]
    public void ReaderThatIsGone_EndsIt()
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Descriptor.Close(readEnd);
        Upload upload = Upload.Prepare(new ServerImage("Linux/x86_64", file, ""), compress: false, showProgress: false);
        Assert.False(upload.Continue(writeEnd));
        Assert.False(upload.Done);
        Descriptor.Close(writeEnd);
    }

    [Fact]
    public void FileThatIsGone_IsNamed()
    {
        Fatal fatal = Assert.Throws<Fatal>(() => Upload.Prepare(new ServerImage("a", "/no/file", ""), compress: true, showProgress: false));
        Assert.Equal("cannot read the server binary /no/file", fatal.Message);
    }

    private static byte[] Send(Upload upload)
    {
        (int readEnd, int writeEnd) = Descriptor.Pipe();
        Descriptor.SetNonBlocking(writeEnd);
        using MemoryStream sent = new();
        byte[] buffer = new byte[20_000];
        while (true)
        {
            Assert.True(upload.Continue(writeEnd));
            if (upload.Done && writeEnd >= 0)
            {
                Descriptor.Close(writeEnd);
                writeEnd = -1;
            }

            int read = Descriptor.Read(readEnd, buffer).Value;
            if (read == 0)
            {
                Descriptor.Close(readEnd);
                return sent.ToArray();
            }

            sent.Write(buffer, 0, read);
        }
    }

    private static byte[] Unpack(byte[] data, bool compressed)
    {
        if (!compressed)
        {
            return data;
        }

        using GZipStream gzip = new(new MemoryStream(data), CompressionMode.Decompress);
        using MemoryStream unpacked = new();
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
