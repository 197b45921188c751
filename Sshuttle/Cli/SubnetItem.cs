namespace Sshuttle.Cli;

/// <summary>
/// One place that subnets come from: a subnet on the command line, or a file of them. Exactly one of the two is set.
/// </summary>
/// <param name="Subnet">The subnet, where it was typed.</param>
/// <param name="FileName">The file to read, for <see cref="SubnetFile.Parse"/>.</param>
public readonly record struct SubnetItem(SubnetSyntax? Subnet, string? FileName);
