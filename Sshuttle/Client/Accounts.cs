using System.Globalization;
using Sshuttle.Base;
using Sshuttle.Exec;

namespace Sshuttle.Client;

/// <summary>Turns the names of users and groups into the kernel's numbers.</summary>
public static class Accounts
{
    /// <summary>The number of a user, given by name or number.</summary>
    /// <exception cref="Fatal">There is no such user (usage error).</exception>
    public static uint User(string name) => Find(name, "--user", "user", "passwd");

    /// <summary>The number of a group, given by name or number.</summary>
    /// <exception cref="Fatal">There is no such group (usage error).</exception>
    public static uint Group(string name) => Find(name, "--group", "group", "group");

    /// <summary>
    /// The number in the line of a name in the text of passwd or group: <c>name:password:number:...</c>. Null where there
    /// is none.
    /// </summary>
    internal static uint? Number(string text, string name)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && fields[0] == name && TryNumber(fields[2], out uint number))
            {
                return number;
            }
        }

        return null;
    }

    private static uint Find(string name, string option, string kind, string database)
    {
        if (TryNumber(name, out uint number))
        {
            return number;
        }

        // getent also knows those that are not in files; a name that looks like an option is none.
        bool isName = name.Length > 0 && name[0] != '-' && name.IndexOfAny((char[])[':', '\n', '\0']) < 0;
        uint? found = null;
        if (isName)
        {
            CommandRunner.Result? answer = CommandRunner.Run(["getent", database, name]);
            found = Number(answer?.Output ?? "", name) ?? Number(TextFile.ReadOrEmpty("/etc/" + database), name);
        }

        return found ?? throw new Fatal($"{option} '{name}': there is no such {kind} on this machine", Fatal.UsageCode);
    }

    // The highest number means "unchanged" to the kernel and belongs to nobody.
    private static bool TryNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number != uint.MaxValue;
}
