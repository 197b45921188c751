namespace Sshuttle.Firewall;

/// <summary>What a failing step means for the rest of the plan.</summary>
public enum OnFailure
{
    /// <summary>The plan has failed and is undone.</summary>
    Fatal,

    /// <summary>The user is told in one line, and the plan goes on.</summary>
    Warn,

    /// <summary>Expected: the plan goes on in silence.</summary>
    Ignore,
}
