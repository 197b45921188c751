namespace Sshuttle.Firewall;

/// <summary>A chain of an instance that was found.</summary>
/// <param name="Table">The table it is in.</param>
/// <param name="Name">Its name, which <see cref="InstanceName.TryParseChain"/> has read.</param>
/// <param name="Port">The port that names the instance.</param>
public readonly record struct IptablesChain(IptablesTable Table, string Name, ushort Port);
