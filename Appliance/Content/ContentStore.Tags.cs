using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Straightwire.Appliance.Content;

/// <summary>Tags that are made of bytes, once these are read.</summary>
public sealed partial class ContentStore
{
    /// <summary>
    /// Whether a mapped file is served without a tag, and would have one if its digest were known.
    /// </summary>
    internal bool IsUntagged(FileWindows file)
    {
        lock (_changing)
        {
            return FindUntagged(file) is not null;
        }
    }

    /// <summary>
    /// Files have the tags of their bytes from now on; what is told of them is otherwise as it was.
    /// </summary>
    /// <param name="digests">Each with the 16 bytes of its digest; those that are served no more are passed
    /// over.</param>
    internal void Tag(IReadOnlyList<(FileWindows File, byte[] Digest)> digests)
    {
        lock (_changing)
        {
            if (_ending.IsCancellationRequested)
            {
                return;
            }
            try
            {
                long started = Stopwatch.GetTimestamp();
                GenerationBuilder builder = Continue(new LeftOutLog(_logger, _toldLeftOut));
                var delta = new DeltaBuilder(_newest, _files);
                foreach ((FileWindows file, byte[] digest) in digests)
                {
                    if (FindUntagged(file) is ContentFile known)
                    {
                        delta.Move(builder.Tag(known, digest));
                    }
                }
                Finish(builder, delta, started);
                CompactIfSparse();
            }
            catch (Exception problem)
            {
                // A file without a tag is served like any other.
                _logger.LogError(
                    problem, "{Count} large files have no tag until they change", digests.Count);
            }
        }
    }

    private ContentFile? FindUntagged(FileWindows file) =>
        // A region's number may be another file's by now, of the same name.
        Volatile.Read(ref _residency.Files[file.Region]) == file
        && _files.TryGetValue(file.Path, out ContentFile known)
        && known.IsSettled
        && known.Entry.Body.Region == file.Region
        && known.Entry.EntityTag.Length == 0
            ? known
            : null;
}
