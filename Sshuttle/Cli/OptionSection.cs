namespace Sshuttle.Cli;

/// <summary>The groups of options in the help, in the order they are printed.</summary>
public enum OptionSection
{
    /// <summary>Which traffic is captured.</summary>
    Routes,

    /// <summary>How the server is reached.</summary>
    Connection,

    /// <summary>What happens on this machine.</summary>
    Local,

    /// <summary>What is printed.</summary>
    Output,

    /// <summary>Roles that the program starts by itself.</summary>
    Internal,
}
