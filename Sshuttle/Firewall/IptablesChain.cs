namespace Sshuttle.Firewall;

/// <summary>A chain of an instance that was found.</summary>
/// <param name="table">The table it is in.</param>
/// <param name="name">Its name, which <see cref="InstanceName.TryParseChain"/> has read.</param>
/// <param name="port">The port that names the instance.</param>
public sealed class IptablesChain(IptablesTable table, string name, ushort port)
{
    /// <summary>The table it is in.</summary>
    public IptablesTable Table => table;

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>The port that names the instance.</summary>
    public ushort Port => port;
}
