using System.Collections.Generic;
using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Client;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Client;

public class RunPlanTests
{
    private static readonly ListenAddresses Both = ListenAddresses.Choose([], ipv6Disabled: false);
    private static readonly ListenAddresses Only4 = ListenAddresses.Choose([], ipv6Disabled: true);

    [Fact]
    public void BothFamilies_AreKeptInOrder()
    {
        List<Subnet> subnets = Make.Subnets("10.0.0.0/8", "::/0 443", "!10.1.0.0/16", "!2001:db8::/32");
        RunPlan plan = RunPlan.Make(Both, subnets);
        Assert.Equal(Both, plan.Listen);
        Assert.Equal(subnets, plan.Subnets);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void FamilyWithoutAnInclude_HasNoListenerAndNoRules()
    {
        RunPlan plan = RunPlan.Make(Both, Make.Subnets("10.0.0.0/8", "!2001:db8::/32"));
        Assert.Equal(Only4, plan.Listen);
        Assert.Equal(Make.Subnets("10.0.0.0/8"), plan.Subnets);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void FamilyWithoutAListener_IsSaid()
    {
        RunPlan plan = RunPlan.Make(Only4, Make.Subnets("10.0.0.0/8", "2001:db8::/32", "!2001:db8:1::/48"));
        Assert.Equal(Make.Subnets("10.0.0.0/8"), plan.Subnets);
        Assert.Equal(["warning: IPv6 is off, so 2001:db8::/32 is not captured"], plan.Warnings);
    }

    [Fact]
    public void NothingLeft_IsAUsageError()
    {
        Fatal fatal = Assert.Throws<Fatal>(() => RunPlan.Make(Only4, Make.Subnets("2001:db8::/32", "!10.0.0.0/8")));
        Assert.Equal(Fatal.UsageCode, fatal.ExitCode);
    }

    [Fact]
    public void WithoutIpv6_KeepsTheRest()
    {
        RunPlan plan = RunPlan.Make(Both, Make.Subnets("10.0.0.0/8", "::/0")).WithoutIpv6("no such address");
        Assert.Equal(Only4, plan.Listen);
        Assert.Equal(Make.Subnets("10.0.0.0/8"), plan.Subnets);
        Assert.Equal(["warning: IPv6 subnets are not captured: no such address"], plan.Warnings);
    }

    [Fact]
    public void WithoutIpv6_WhereOnlyThatWasAskedFor_Fails() =>
        Assert.Contains("no such address", Assert.Throws<Fatal>(
            () => RunPlan.Make(Both, Make.Subnets("::/0")).WithoutIpv6("no such address")).Message, System.StringComparison.Ordinal);
}
