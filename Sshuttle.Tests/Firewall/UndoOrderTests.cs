using System.Linq;
using System.Text;
using Sshuttle.Firewall;
using Xunit;

namespace Sshuttle.Tests.Firewall;

public class UndoOrderTests
{
    private static readonly UndoOrder Order = new(
        new IptablesMethod(transparent: false),
        new FirewallRequest
        {
            Listener4 = Make.Endpoint("0.0.0.0", 12300),
            Listener6 = Make.Endpoint("::1", 12299),
            Subnets = Make.Subnets("0.0.0.0/0", "::/0"),
            ServerTtl = 63,
        },
        new Facts(new FamilyFacts { Absent = TableParts.All }, new FamilyFacts { Absent = TableParts.NatOutput, RestoreWaits = false }));

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
    [InlineData("UNDO nat|FACTS 512,1,0,1")]
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

    [Theory]
    [InlineData(null)]
    [InlineData("no IPv6 here")]
    public void UndoPart_HasTheSameUndo(string? failure6)
    {
        Facts facts = Order.Facts with { V6 = Order.Facts.V6 with { Failure = failure6 } };
        FirewallRequest part = FamilyChoice.Of(Order.Request, facts).UndoPart(Order.Request);
        Facts known = facts with { V6 = facts.V6 with { Failure = null } };
        Assert.Equal(Steps(new UndoOrder(Order.Method, Order.Request, facts)), Steps(new UndoOrder(Order.Method, part, known)));
    }

    private static string Steps(UndoOrder order) => string.Concat(order.Plan().Teardown.Select(step => step.ToText()));
}
