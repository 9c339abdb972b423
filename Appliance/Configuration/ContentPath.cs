using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Configuration;

/// <summary>Directories of the content, as configuration names them.</summary>
public static class ContentPath
{
    /// <summary>
    /// The canonical path, with its final slash, of a text that is one with or without that slash; false for
    /// any other spelling, and for what the content never has, as dot files.
    /// </summary>
    public static bool TryMake(string text, out string path)
    {
        path = text.EndsWith('/') ? text : text + "/";
        return path == "/" || (path[0] == '/' && path[1..^1].Split('/').All(IsName));
    }

    /// <summary>Whether the content can have a file or directory of this name.</summary>
    public static bool IsName(string text)
    {
        byte[] name = Encoding.UTF8.GetBytes(text);
        return CanonicalPath.IsSegment(name) && !CanonicalPath.IsHidden(name);
    }

    /// <summary>Where a canonical path with its final slash is on disk.</summary>
    public static string OnDisk(string contentDirectory, string path) =>
        Path.Join(contentDirectory, path);
}
