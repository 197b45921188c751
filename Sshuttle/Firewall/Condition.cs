using System;
using System.Collections.Generic;

namespace Sshuttle.Firewall;

/// <summary>A look at the machine that decides whether a step is taken.</summary>
/// <param name="Argv">A command that changes nothing.</param>
/// <param name="Meaning">What must hold, for people: <c>the chain exists</c>.</param>
/// <param name="Holds">Reads the answer; pure.</param>
public sealed record Condition(IReadOnlyList<string> Argv, string Meaning, Func<Answer, bool> Holds);
