namespace Sshuttle.Tests.Bootstrap;

/// <summary>How a run of the remote script ended.</summary>
/// <param name="Uploads">How often it asked for the server.</param>
/// <param name="Served">What the server printed behind its header: its name and arguments; empty where none ran.</param>
/// <param name="Failure">Platform and reason where the script gave up.</param>
/// <param name="Status">The exit status; the stand-in for a server leaves 7.</param>
/// <param name="Error">What went to standard error.</param>
internal sealed record ScriptRun(int Uploads, string Served, string Failure, int Status, string Error);
