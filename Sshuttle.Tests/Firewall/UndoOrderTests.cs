using System.Linq;
using System.Text;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

public class UndoOrderTests
{
    private static readonly UndoOrder Order = new(
        new NatMethod(),
        new FirewallRequest
        {
            Listener4 = Make.Endpoint("0.0.0.0", 12300),
            Listener6 = Make.Endpoint("::1", 12299),
            Subnets = Make.Subnets("0.0.0.0/0", "::/0"),
            ServerTtl = 63,
        },
        new Facts(new FamilyFacts { Absent = NatParts.All }, new FamilyFacts { Absent = NatParts.Output, RestoreWaits = false }));

    [Fact]
    public void Guard_MakesTheSameUndoOfIt()
    {
        UndoOrder.Parser parser = new();
        foreach (string line in Encoding.ASCII.GetString(Order.ToBytes()).Split('\n').SkipLast(1))
        {
            Assert.Null(parser.Order);
            Assert.True(parser.TryFeed(line), line);
        }

        Assert.Equal(Steps(Order), Steps(parser.Order!));
    }

    [Theory]
    [InlineData("GO")]
    [InlineData("UNDO auto")]
    [InlineData("UNDO rm")]
    [InlineData("UNDO nat|FACTS 7,1,0")]
    [InlineData("UNDO nat|FACTS 8,1,0,1")]
    [InlineData("UNDO nat|FACTS 7,2,0,1")]
    [InlineData("UNDO nat|FACTS 7,1,-1,1")]
    [InlineData("UNDO nat|GO")]
    [InlineData("UNDO nat|FACTS 7,1,0,1|HOST x")]
    public void LastLine_IsRefused(string lines)
    {
        string[] split = lines.Split('|');
        UndoOrder.Parser parser = new();
        for (int i = 0; i < split.Length; i++)
        {
            Assert.Equal(i < split.Length - 1, parser.TryFeed(split[i]));
        }
    }

    [Fact]
    public void FamilyThatCannotBeDone_IsLeftOut()
    {
        Facts broken = Order.Facts with { V6 = new FamilyFacts { Failure = "no IPv6 here" } };
        FirewallRequest narrow = FamilyChoice.Of(Order.Request, broken).Narrow(Order.Request);
        Assert.Null(narrow.Listener6);
        Assert.Equal(Steps(new UndoOrder(Order.Method, Order.Request, broken)), Steps(new UndoOrder(Order.Method, narrow, Facts.Assumed with { V4 = broken.V4 })));
    }

    private static string Steps(UndoOrder order) => string.Concat(order.Plan().Teardown.Select(step => step.ToText()));
}
