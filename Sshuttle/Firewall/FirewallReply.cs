namespace Sshuttle.Firewall;

/// <summary>What the helper says to the client.</summary>
public enum FirewallReplyKind
{
    /// <summary>A line that is not the helper's: some wrappers of sudo are chatty.</summary>
    Foreign,

    /// <summary>The helper is root and has a method; the text is its name.</summary>
    Ready,

    /// <summary>The rules are in.</summary>
    Started,

    /// <summary>The rules are not in, and nothing is left; the text says why.</summary>
    Failed,

    /// <summary>The answer to a wish for a socket: the system's error number, or empty where a descriptor came along.</summary>
    Socket,
}

/// <summary>One line from the helper.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Text">See <see cref="FirewallReplyKind"/>; the whole line for a foreign one.</param>
public readonly record struct FirewallReply(FirewallReplyKind Kind, string Text);
