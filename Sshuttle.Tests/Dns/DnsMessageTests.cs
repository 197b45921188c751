using System;
using Sshuttle.Dns;
using Xunit;

namespace Sshuttle.Tests.Dns;

public class DnsMessageTests
{
    private const string Name = "076578616d706c6503636f6d00";
    private const string Question = Name + " 0001 0001";
    private const string A = "c00c 0001 0001 00000064 0004 c0000201";
    private const string Opt = "00 0029 04d0 00000000 0000";
    private const string OptWithCookie = "00 0029 1000 00008000 000c 000a0008 0102030405060708";

    [Fact]
    public void Header_IsRead()
    {
        byte[] message = Hex.Bytes("1234 8383 0001 0000 0000 0000");
        Assert.Equal(0x1234, DnsMessage.Id(message));
        Assert.True(DnsMessage.IsResponse(message));
        Assert.True(DnsMessage.IsTruncated(message));
        Assert.Equal(3, DnsMessage.Code(message));
        DnsMessage.SetId(message, 0xabcd);
        Assert.Equal(0xabcd, DnsMessage.Id(message));
        message = Hex.Bytes("1234 7d7d 0001 0000 0000 0000");
        Assert.False(DnsMessage.IsResponse(message));
        Assert.False(DnsMessage.IsTruncated(message));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Codes_ThatAnotherNameserverMightBetter(int code, bool expected) =>
        Assert.Equal(expected, DnsMessage.IsUnhelpful(Hex.Bytes($"1234 818{code} 0001 0000 0000 0000")));

    [Theory]
    [InlineData(Hex.Query, 29)]
    [InlineData(Hex.Query + Opt, 29)]
    [InlineData("1234 0100 0001 0000 0000 0000 00 0002 0001", 17)]
    [InlineData("1234 0100 0000 0000 0000 0000", -1)]
    [InlineData("1234 0100 0002 0000 0000 0000" + Question + Question, -1)]
    [InlineData("1234 0100 0001 0000 0000 0000 c00c 0001 0001", -1)]
    [InlineData("1234 0100 0001 0000 0000 0000 4061 00 0001 0001", -1)]
    public void Question_Ends(string message, int expected) => Assert.Equal(expected, DnsMessage.QuestionEnd(Hex.Bytes(message)));

    [Fact]
    public void CutQuery_HasNoQuestion()
    {
        byte[] query = Hex.Bytes(Hex.Query);
        for (int length = 0; length < query.Length; length++)
        {
            Assert.Equal(-1, DnsMessage.QuestionEnd(query.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(63, 255)]
    [InlineData(64, -1)]
    public void LongestName_IsTakenAndNoLongerOne(int last, int expected)
    {
        string label = "3f" + new string('6', 126);
        string message = $"1234 0100 0001 0000 0000 0000 {label}{label}{label}{last - 2:x2}{new string('6', 2 * (last - 2))}00 0001 0001";
        Assert.Equal(expected < 0 ? -1 : 12 + expected + 4, DnsMessage.QuestionEnd(Hex.Bytes(message)));
    }

    [Fact]
    public void Question_IsShown()
    {
        byte[] query = Hex.Bytes("1234 0100 0001 0000 0000 0000 03 7aff61 03 6465 1b 00 0101 0001");
        Assert.Equal("z?a.de\u001b. type 257", DnsMessage.QuestionText(query, DnsMessage.QuestionEnd(query)));
    }

    [Theory]
    [InlineData("1234 8180 0001 0001 0000 0000" + Question + A, true)]
    [InlineData("1234 8580 0001 0000 0000 0001" + Question + Opt, true)]
    [InlineData("1234 8183 0001 0000 0000 0000 074558616d706c4503434f4d00 0001 0001", true)]
    [InlineData("1234 8181 0000 0000 0000 0000", true)]
    [InlineData("1234 8184 0000 0000 0000 0000", true)]
    [InlineData("1234 8180 0000 0000 0000 0000", false)]
    [InlineData("1234 8182 0000 0000 0000 0000", false)]
    [InlineData("1234 8181 0000 0001 0000 0000" + A, false)]
    [InlineData("1235 8180 0001 0001 0000 0000" + Question + A, false)]
    [InlineData("1234 0180 0001 0001 0000 0000" + Question + A, false)]
    [InlineData("1234 a980 0001 0001 0000 0000" + Question + A, false)]
    [InlineData("1234 8180 0001 0001 0000 0000" + Name + "001c 0001" + A, false)]
    [InlineData("1234 8180 0001 0001 0000 0000" + Name + "0001 0003" + A, false)]
    [InlineData("1234 8180 0001 0001 0000 0000 076578616d706c6503636f6e00 0001 0001" + A, false)]
    [InlineData("1234 8180 0001 0001 0000 0000 03636f6d00 0001 0001" + A, false)]
    [InlineData("1234 8180 0002 0001 0000 0000" + Question + Question + A, false)]
    [InlineData("1234", false)]
    [InlineData("", false)]
    public void Answer_IsToldFromLies(string answer, bool expected) =>
        Assert.Equal(expected, DnsMessage.IsAnswer(Hex.Bytes(answer), Hex.Bytes(Hex.Query), 0x1234));

    [Fact]
    public void Answer_MayBeOfAnyType()
    {
        byte[] query = Hex.Bytes("0000 0100 0001 0000 0000 0000 03 ff80c1 00 0101 00ff");
        byte[] answer = Hex.Bytes("0007 8180 0001 0000 0000 0000 03 ff80c1 00 0101 00ff");
        Assert.True(DnsMessage.IsAnswer(answer, query, 7));
    }

    [Theory]
    [InlineData(Hex.Query, 512)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + Opt, 1232)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + OptWithCookie, 4096)]
    [InlineData("1234 0100 0001 0001 0000 0001" + Question + A + Opt, 1232)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + "00 0029 00ff 00000000 0000", 512)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + "0161 00 0029 04d0 00000000 0000", 512)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question, 512)]
    [InlineData("1234 0100 0001 0000 0000 0001" + Question + "00 0029 04d0 00000000 0001", 512)]
    [InlineData("1234 0100 0001 ffff ffff ffff" + Question + A, 512)]
    [InlineData("1234 0100 0000 0000 0000 0001" + Opt, 512)]
    public void UdpSize_ComesFromOpt(string query, int expected) => Assert.Equal(expected, DnsMessage.UdpSize(Hex.Bytes(query)));

    [Theory]
    [InlineData("1234 8180 0001 0002 0000 0000" + Question + A + A, "1234 8380 0001 0000 0000 0000" + Question)]
    [InlineData("1234 8180 0001 0001 0000 0001" + Question + A + Opt, "1234 8380 0001 0000 0000 0001" + Question + Opt)]
    [InlineData("1234 8180 0001 0001 0001 0001" + Question + A + A + OptWithCookie, "1234 8380 0001 0000 0000 0001" + Question + OptWithCookie)]
    [InlineData("1234 8180 0001 0001 0000 0000" + Question + "c00c 0001", "1234 8380 0001 0000 0000 0000" + Question)]
    [InlineData("1234 8180 0000 0001 0000 0000" + A, "1234 8380 0000 0000 0000 0000")]
    public void Truncation_KeepsQuestionAndOpt(string answer, string expected)
    {
        byte[] bytes = Hex.Bytes(answer);
        int length = DnsMessage.Truncate(bytes);
        Assert.Equal(Hex.Bytes(expected), bytes[..length]);
    }

    [Theory]
    [InlineData(Hex.Query, "1234 8182 0001 0000 0000 0000" + Question)]
    [InlineData("1234 0010 0001 0000 0000 0001" + Question + Opt, "1234 8082 0001 0000 0000 0001" + Question + Opt)]
    [InlineData("1234 2900 0001 0000 0000 0000" + Question, "1234 a982 0001 0000 0000 0000" + Question)]
    [InlineData("1234 0100 0007 0000 0000 0000 ff", "1234 8182 0000 0000 0000 0000")]
    [InlineData("1234 0100 0001 0000 0000 0000 c00c", "1234 8182 0000 0000 0000 0000")]
    public void Error_RepeatsTheQuestion(string query, string expected)
    {
        byte[] bytes = Hex.Bytes(query);
        byte[] output = new byte[bytes.Length + 11];
        int length = DnsMessage.WriteError(bytes, DnsMessage.ServerFailure, output);
        Assert.Equal(Hex.Bytes(expected), output[..length]);
    }

    [Fact]
    public void RandomMessages_NeverThrow()
    {
        Random random = new(1);
        byte[] start = Hex.Bytes("1234 8180 0001 0001 0001 0001" + Question + A + A + OptWithCookie);
        byte[] query = Hex.Bytes(Hex.Query);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] message = start[..random.Next(DnsMessage.HeaderSize, start.Length + 1)];
            for (int change = random.Next(8); change > 0; change--)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            int end = DnsMessage.QuestionEnd(message);
            if (end >= 0)
            {
                Assert.NotEmpty(DnsMessage.QuestionText(message, end));
                _ = new DomainSet(["com"]).Contains(DnsMessage.QuestionName(message, end));
            }

            _ = DnsMessage.IsAnswer(message, query, 0x1234);
            _ = DnsMessage.UdpSize(message);
            _ = DnsMessage.WriteError(message, DnsMessage.FormatError, new byte[message.Length + 11]);
            Assert.InRange(DnsMessage.Truncate(message), DnsMessage.HeaderSize, message.Length);
        }
    }
}
