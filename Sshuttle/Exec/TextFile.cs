using System;
using System.IO;

namespace Sshuttle.Exec;

/// <summary>Files of the system that may be missing or not for us, which says no more than that nothing stands in them.</summary>
public static class TextFile
{
    /// <summary>The text of a file; empty where it cannot be read.</summary>
    public static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
