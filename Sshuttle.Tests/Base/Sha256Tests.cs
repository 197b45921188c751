using System;
using System.Security.Cryptography;
using Sshuttle.Base;
using Xunit;

namespace Sshuttle.Tests.Base;

public class Sha256Tests
{
    [Fact]
    public void EveryLengthAroundTheBlocks_AgreesWithTheBcl()
    {
        byte[] data = new byte[300];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data.AsSpan(0, length))), Sha256.Hex(data.AsSpan(0, length)));
        }
    }

    [Fact]
    public void DataInPieces_GivesTheSameDigest()
    {
        byte[] data = new byte[100_000];
        new Random(2).NextBytes(data);
        Random random = new(3);
        Sha256 digest = new();
        for (int i = 0; i < data.Length;)
        {
            int piece = Math.Min(random.Next(1, 200), data.Length - i);
            digest.Add(data.AsSpan(i, piece));
            i += piece;
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), digest.FinishHex());
    }
}
