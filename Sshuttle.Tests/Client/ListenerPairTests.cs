using System;
using System.Net.Sockets;
using Sshuttle.Base;
using Sshuttle.Cli;
using Sshuttle.Client;
using Sshuttle.Net;
using Sshuttle.Tests.Firewall;
using Xunit;

namespace Sshuttle.Tests.Client;

/// <summary>On loopback addresses that nobody else uses, so that ports are free.</summary>
public class ListenerPairTests
{
    [Fact]
    public void Search_BeginsAt12300_AndGoesDown()
    {
        Endpoint address = OwnAddress(0);
        ListenerPair first = Open(new ListenAddresses(address, null));
        ListenerPair second = Open(new ListenAddresses(address, null));
        Assert.Equal(address with { Port = 12300 }, first.V4?.Address);
        Assert.Equal(address with { Port = 12299 }, second.V4?.Address);
        Assert.Null(first.V6);
        Close(first, second);
    }

    [Fact]
    public void Families_ShareThePort_WhereItIsSearched()
    {
        Endpoint address = OwnAddress(0);
        Assert.True(Listener.TryOpen(address with { Port = 12300 }, out Listener? taken).Ok);
        ListenerPair pair = Open(new ListenAddresses(address, Make.Endpoint("::1", 0)));
        Assert.Equal(pair.V4?.Address.Port, pair.V6?.Address.Port);
        Assert.NotEqual(12300, pair.V4!.Address.Port);
        Assert.Equal([pair.V4!, pair.V6!], pair.All);
        Close(pair, new ListenerPair(taken, null));
    }

    [Fact]
    public void NamedPort_IsTaken_OrRefused()
    {
        Endpoint address = OwnAddress(4321);
        ListenerPair pair = Open(new ListenAddresses(address, null));
        Assert.Equal(address, pair.V4?.Address);
        Fatal fatal = Assert.Throws<Fatal>(() => Open(new ListenAddresses(address, null)));
        Assert.Equal($"cannot listen on {address}: Address already in use; choose another port with -l", fatal.Message);
        Close(pair);
    }

    [Fact]
    public void NamedAndSearchedPort_StandSideBySide()
    {
        Endpoint named = OwnAddress(4322);
        ListenerPair pair = Open(new ListenAddresses(named, Make.Endpoint("::1", 0)));
        Assert.Equal(named, pair.V4?.Address);
        Assert.InRange(pair.V6!.Address.Port, ListenerPair.LastPort, ListenerPair.FirstPort);
        Close(pair);
    }

    [Fact]
    public void RunningOutOfPorts_IsSaid()
    {
        Endpoint address = OwnAddress(0);
        Listener?[] taken = new Listener?[ListenerPair.FirstPort - ListenerPair.LastPort + 1];
        for (int i = 0; i < taken.Length; i++)
        {
            Assert.True(Listener.TryOpen(address with { Port = (ushort)(ListenerPair.LastPort + i) }, out taken[i]).Ok);
        }

        Assert.Contains("9001 and 12300", Assert.Throws<Fatal>(() => Open(new ListenAddresses(address, null))).Message, StringComparison.Ordinal);
        Array.ForEach(taken, listener => listener?.Close());
    }

    [Fact]
    public void ForeignAddress_IsRefused_WhereItWasNamed()
    {
        Fatal fatal = Assert.Throws<Fatal>(() => Open(new ListenAddresses(Make.Endpoint("192.0.2.9", 0), null)));
        Assert.Equal("cannot listen on 192.0.2.9:0: Cannot assign requested address; is it an address of this machine?", fatal.Message);
        _ = Assert.Throws<Fatal>(() => Open(new ListenAddresses(OwnAddress(0), Make.Endpoint("2001:db8::9", 0))));
    }

    [Fact]
    public void Ipv6ThatCannotBeHad_IsGivenUp_WhereNobodyNamedIt()
    {
        RunPlan wanted = RunPlan.Make(new ListenAddresses(OwnAddress(0), Make.Endpoint("2001:db8::9", 0)), Make.Subnets("10.0.0.0/8", "::/0"));
        (ListenerPair pair, RunPlan plan) = ListenerPair.Open(wanted, ipv6Chosen: false);
        Assert.Equal(12300, pair.V4!.Address.Port);
        Assert.Null(pair.V6);
        Assert.Equal(["warning: IPv6 subnets are not captured: Cannot assign requested address"], plan.Warnings);
        Close(pair);
    }

    [Fact]
    public void Restart_TakesThePortAtOnce()
    {
        Endpoint address = OwnAddress(4323);
        ListenerPair pair = Open(new ListenAddresses(address, null));
        using (TcpClient client = new())
        {
            client.Connect(System.Net.IPAddress.Parse(address.Address.ToString()), address.Port);
            SysResult accepted = pair.V4!.Accept();
            Assert.True(accepted.Ok);

            // Our side closes first, so that the connection stays in TIME_WAIT with our port.
            Descriptor.Close(accepted.Value);
            Assert.Equal(0, client.GetStream().Read(new byte[1]));
        }

        Close(pair);
        Close(Open(new ListenAddresses(address, null)));
    }

    private static Endpoint OwnAddress(ushort port) =>
        Make.Endpoint($"127.{Random.Shared.Next(64, 128)}.{Random.Shared.Next(256)}.{Random.Shared.Next(1, 255)}", port);

    private static ListenerPair Open(ListenAddresses listen)
    {
        RunPlan plan = RunPlan.Make(listen, Make.Subnets("10.0.0.0/8", "::/0"));
        return ListenerPair.Open(plan, ipv6Chosen: true).Listeners;
    }

    private static void Close(params ListenerPair[] pairs)
    {
        foreach (ListenerPair pair in pairs)
        {
            foreach (Listener listener in pair.All)
            {
                listener.Close();
            }
        }
    }
}
