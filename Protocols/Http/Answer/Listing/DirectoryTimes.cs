using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>
/// When the directories in a directory changed last, which the generation of this pass knows; for one shard.
/// </summary>
internal sealed class DirectoryTimes(IContentSource content)
{
    private byte[] _path = new byte[1024];

    /// <summary>The number of the generation that is asked.</summary>
    public long Generation => content.Current.Number;

    /// <summary>What is told of a child.</summary>
    public ListedChild Tell(DirectoryEntry directory, in DirectoryChild child) => new()
    {
        Name = child.Name,
        File = child.File,
        ModifiedUnixSeconds = child.File?.ModifiedUnixSeconds ?? Of(directory, child.Name),
    };

    /// <summary>The times of all directories in one, by the places of all that is in it.</summary>
    public long[] AllOf(DirectoryEntry directory)
    {
        long[] times = new long[directory.Children.Length];
        int place = 0;
        foreach (DirectoryChild child in directory.Children)
        {
            times[place++] = child.File is null ? Of(directory, child.Name) : 0;
        }
        return times;
    }

    // 0 of one that is gone since.
    private long Of(DirectoryEntry directory, ReadOnlySpan<byte> name)
    {
        int most = Encoding.UTF8.GetMaxByteCount(directory.Path.Length) + name.Length + 1;
        if (_path.Length < most)
        {
            _path = new byte[2 * most];
        }
        int length = Encoding.UTF8.GetBytes(directory.Path, _path);
        name.CopyTo(_path.AsSpan(length));
        length += name.Length;
        _path[length++] = (byte)'/';
        return content.Current.FindDirectory(_path.AsSpan(0, length))?.ModifiedUnixSeconds ?? 0;
    }
}
