using System;
using System.Collections.Generic;
using Sshuttle.Base;

namespace Sshuttle.Cli;

/// <summary>
/// The text of a <c>-s</c> or <c>-X</c> file: one subnet a line, blanks around it ignored, and neither empty lines
/// nor lines that begin with <c>#</c> counted.
/// </summary>
public static class SubnetFile
{
    /// <summary>Reads all subnets of a file.</summary>
    /// <param name="fileName">Its name, for messages.</param>
    /// <param name="text">Its whole text; lines may end with CR LF.</param>
    /// <exception cref="Fatal">A line is no subnet; the message names the file and the line (usage error).</exception>
    public static List<SubnetSyntax> Parse(string fileName, string text)
    {
        List<SubnetSyntax> subnets = [];
        int number = 0;
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            number++;
            ReadOnlySpan<char> line = text.AsSpan()[range];
            ReadOnlySpan<char> content = line.Trim();
            if (content.IsEmpty || line[0] == '#')
            {
                continue;
            }

            if (!SubnetSyntax.TryParse(content.ToString(), out SubnetSyntax? subnet, out string? error))
            {
                throw new Fatal($"{fileName}:{number}: {error}", Fatal.UsageCode);
            }

            subnets.Add(subnet);
        }

        return subnets;
    }
}
