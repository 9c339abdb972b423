using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>What is below a directory of a generation.</summary>
internal static class DirectoryTree
{
    /// <summary>Whether a generation has a directory with just these children and this time.</summary>
    public static bool IsSame(ContentGeneration generation, DirectoryEntry directory)
    {
        if (generation.FindDirectory(Encoding.UTF8.GetBytes(directory.Path)) is not DirectoryEntry known
            || known.ModifiedUnixSeconds != directory.ModifiedUnixSeconds
            || known.Children.Length != directory.Children.Length)
        {
            return false;
        }
        for (int i = 0; i < known.Children.Length; i++)
        {
            DirectoryChild before = known.Children[i];
            DirectoryChild now = directory.Children[i];
            if (!ReferenceEquals(before.File, now.File) || !before.Name.AsSpan().SequenceEqual(now.Name))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>A directory and all that are below it; nothing when there is no such directory.</summary>
    /// <param name="generation">The generation whose directories are asked for.</param>
    /// <param name="path">Canonical path with the final slash.</param>
    public static IEnumerable<DirectoryEntry> Below(ContentGeneration generation, string path)
    {
        var next = new Stack<byte[]>([Encoding.UTF8.GetBytes(path)]);
        while (next.TryPop(out byte[]? current))
        {
            if (generation.FindDirectory(current) is not DirectoryEntry directory)
            {
                continue;
            }
            yield return directory;
            int directories = directory.Children.DirectoryCount;
            for (int i = 0; directories > 0; i++)
            {
                if (directory.Children[i].File is null)
                {
                    next.Push([.. current, .. directory.Children[i].Name, (byte)'/']);
                    directories--;
                }
            }
        }
    }
}
