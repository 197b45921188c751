using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>Files of all sizes through the tunnel, both ways, compared by SHA-256.</summary>
public sealed class TransferTests(Lab lab) : IClassFixture<Lab>
{
    private static readonly int[] Sizes = [0, 1, 2, 1460, 4096, 16383, 16384, 65535, 65536, 65537, 1000000, 50000000];

    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void Files_ArriveWhole(string method)
    {
        using Tunnel tunnel = Start(method);
        foreach (int size in Sizes)
        {
            string digest = MakeFile(size);
            Assert.Equal([digest, digest], Download("target", size), StringComparer.Ordinal);
            Assert.Equal([digest, digest], Download("[2001:db8:2::2]", size), StringComparer.Ordinal);
            Assert.Equal($"{size} {digest}\n", Upload("target", size));
            Assert.Equal($"{size} {digest}\n", Upload("target6", size));
        }
    }

    [RootTheory]
    [InlineData("nat")]
    [InlineData("nft")]
    public void Gibibyte_ArrivesWhole(string method)
    {
        const int Gibibyte = 1 << 30;
        string digest = MakeFile(Gibibyte);
        using Tunnel tunnel = Start(method);
        Assert.Equal($"{digest}  -\n", lab.Client.Run($"set -o pipefail; curl -sSf http://target/{Gibibyte} | sha256sum", 300).Succeeded());
        Assert.Equal($"{digest}  -\n", lab.Client.Run($"set -o pipefail; curl -sSf http://[2001:db8:2::2]/{Gibibyte} | sha256sum", 300).Succeeded());
        Assert.Equal($"{Gibibyte} {digest}\n", Upload("target", Gibibyte));
        Assert.Equal($"{Gibibyte} {digest}\n", Upload("target6", Gibibyte));
    }

    private Tunnel Start(string method) =>
        Tunnel.Start(lab, "local", "--method", method, "-r", "server", "198.51.100.0/24", "2001:db8:2::/64");

    // Twice over one kept connection, so that a second request on a channel in use is seen too.
    private string[] Download(string host, int size) =>
        [.. lab.Client.Run(
            $"cd $(mktemp -d); curl -sSf http://{host}/{size} -o a http://{host}/{size} -o b && sha256sum a b; s=$?; rm -rf $PWD; exit $s")
            .Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];

    private string Upload(string host, int size) =>
        lab.Client.Run($"nc -N {host} 20 <{lab.Directory}/www/{size}", 300).Succeeded();

    private string MakeFile(int size)
    {
        string path = Path.Combine(lab.Directory, "www", size.ToString(CultureInfo.InvariantCulture));
        using FileStream file = File.Open(path, FileMode.OpenOrCreate);
        if (file.Length != size)
        {
            byte[] block = new byte[1 << 20];
            for (int left = size; left > 0; left -= Math.Min(left, block.Length))
            {
                RandomNumberGenerator.Fill(block);
                file.Write(block, 0, Math.Min(left, block.Length));
            }
        }

        file.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
