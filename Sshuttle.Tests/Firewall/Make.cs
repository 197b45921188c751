using System.Collections.Generic;
using System.Linq;
using Sshuttle.Base;

namespace Sshuttle.Tests.Firewall;

/// <summary>Values from short text, for tests.</summary>
internal static class Make
{
    public static IpAddress Address(string text) =>
        IpAddress.TryParse(text, out IpAddress address) ? address : throw new System.ArgumentException(text);

    public static Endpoint Endpoint(string address, int port) => new(Address(address), (ushort)port);

    /// <summary><c>10.0.0.0/8</c>, <c>10.0.0.1 80-90</c>, <c>!::/0 443</c>; an exclamation mark excludes.</summary>
    public static Subnet Subnet(string text)
    {
        string[] words = text.TrimStart('!').Split(' ');
        string[] range = words[0].Split('/');
        IpAddress address = Address(range[0]);
        string[] ports = words.Length > 1 ? words[1].Split('-') : ["0"];
        return new Subnet(
            address,
            range.Length > 1 ? int.Parse(range[1]) : address.Bits,
            ushort.Parse(ports[0]),
            ushort.Parse(ports[^1]),
            text.StartsWith('!'));
    }

    public static List<Subnet> Subnets(params string[] texts) => texts.Select(Subnet).ToList();
}
