namespace Sshuttle.Base;

/// <summary>Address families as people call them.</summary>
public static class IpFamilyName
{
    /// <summary><c>IPv4</c> or <c>IPv6</c>.</summary>
    public static string Of(IpFamily family) => family == IpFamily.V4 ? "IPv4" : "IPv6";
}
