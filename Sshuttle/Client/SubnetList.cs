using System;
using System.Collections.Generic;
using System.IO;
using Sshuttle.Base;
using Sshuttle.Cli;

namespace Sshuttle.Client;

/// <summary>Turns what the command line names into subnets: reads the files and looks up the names.</summary>
public static class SubnetList
{
    /// <summary>All includes, then all excludes, each in the order given.</summary>
    /// <exception cref="Fatal">A file cannot be read, a line is no subnet, or a name has no address (usage error).</exception>
    public static List<Subnet> Load(Options options)
    {
        List<Subnet> subnets = [];
        foreach (SubnetItem item in options.Includes)
        {
            Add(subnets, item, exclude: false);
        }

        if (subnets.Count == 0)
        {
            throw Options.NoSubnets();
        }

        foreach (SubnetItem item in options.Excludes)
        {
            Add(subnets, item, exclude: true);
        }

        return subnets;
    }

    private static void Add(List<Subnet> subnets, SubnetItem item, bool exclude)
    {
        if (item.Subnet is SubnetSyntax single)
        {
            Add(subnets, single, exclude);
        }
        else if (item.FileName is string file)
        {
            foreach (SubnetSyntax line in SubnetFile.Parse(file, ReadFile(file)))
            {
                Add(subnets, line, exclude);
            }
        }
    }

    private static void Add(List<Subnet> subnets, SubnetSyntax syntax, bool exclude)
    {
        if (syntax.TryLiteral(exclude, out Subnet subnet))
        {
            Warn(syntax.Surprise);
            subnets.Add(subnet);
            return;
        }

        syntax.Resolve(Resolver.Lookup(syntax.Host), exclude, subnets, out string? warning);
        Warn(warning);
    }

    private static void Warn(string? warning)
    {
        if (warning is not null)
        {
            Log.Always($"warning: {warning}");
        }
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            string reason = problem is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : "it cannot be read";
            throw new Fatal($"Unable to open subnet file {path}: {reason}", Fatal.UsageCode);
        }
    }
}
