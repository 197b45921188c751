namespace Sshuttle.Tests.EndToEnd;

/// <summary>The lab with a host behind the client.</summary>
public sealed class RouterLab() : Lab("lan");
