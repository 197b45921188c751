namespace Sshuttle.Cli;

/// <summary>What this process is: one binary plays every part.</summary>
public enum Role
{
    /// <summary>The program a person starts.</summary>
    Client,

    /// <summary>The privileged helper that puts the rules in and takes them out.</summary>
    Firewall,

    /// <summary>The helper's child, which takes the rules out if the helper is killed.</summary>
    Guard,

    /// <summary>The far end, speaking the tunnel protocol on its standard input and output.</summary>
    Server,

    /// <summary>Prints the version and ends.</summary>
    Version,

    /// <summary>Prints the help and ends.</summary>
    Help,
}
