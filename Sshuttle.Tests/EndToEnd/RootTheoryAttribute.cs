using Xunit;

namespace Sshuttle.Tests.EndToEnd;

/// <summary>As <see cref="RootFactAttribute"/>, for a test with rows of data.</summary>
public sealed class RootTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where the test cannot run.</summary>
    public RootTheoryAttribute() => Skip = RootTest.Obstacle;
}
