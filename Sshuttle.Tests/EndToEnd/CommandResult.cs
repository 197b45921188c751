namespace Sshuttle.Tests.EndToEnd;

/// <summary>What a finished command left: its exit status and all that it wrote.</summary>
public sealed record CommandResult(int Status, string Output, string Error)
{
    /// <summary>The output where the command succeeded; otherwise the test fails with all that is known.</summary>
    public string Succeeded()
    {
        Xunit.Assert.True(Status == 0, $"status {Status}\n--- stdout\n{Output}\n--- stderr\n{Error}");
        return Output;
    }
}
