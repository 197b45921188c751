using System;

namespace Sshuttle.Tests.Dns;

/// <summary>Messages as people write them down.</summary>
internal static class Hex
{
    // Header with one question and no records; then example.com, type A, class IN.
    public const string Query = "1234 0100 0001 0000 0000 0000 076578616d706c6503636f6d00 0001 0001";

    /// <summary>The bytes of hexadecimal digits between any blanks.</summary>
    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
