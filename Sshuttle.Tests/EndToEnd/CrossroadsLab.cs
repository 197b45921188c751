namespace Sshuttle.Tests.EndToEnd;

/// <summary>The lab with a second server and a jump host.</summary>
public sealed class CrossroadsLab() : Lab("server2", "jump");
