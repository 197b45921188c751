using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>
/// A test that needs root and the built binary. Elsewhere it is skipped with the reason, but not where CI is set:
/// there everything must be at hand, so it runs and fails.
/// </summary>
public sealed class RootFactAttribute : FactAttribute
{
    /// <summary>Skips where the test cannot run.</summary>
    public RootFactAttribute() => Skip = RootTest.Obstacle;
}
