using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Appliance.Content;

/// <summary>Looking at content because it may have changed.</summary>
public sealed partial class ContentStore
{
    /// <summary>
    /// Looks at paths, or at everything, and makes a generation only if something is another than it was;
    /// from any thread.
    /// </summary>
    /// <param name="paths">As of <see cref="Apply"/>; null: everything.</param>
    /// <param name="isDisturbed">
    /// Asked, with what was looked at, or with null, whether that changed meanwhile. Then nothing is served
    /// of what was found.
    /// </param>
    /// <exception cref="ContentException">It cannot be read; what was served stays.</exception>
    internal LookResult Look(
        IReadOnlyCollection<string>? paths, Func<IReadOnlyCollection<string>?, bool> isDisturbed)
    {
        lock (_changing)
        {
            if (_ending.IsCancellationRequested)
            {
                return LookResult.Ended;
            }
            if (!(paths is null ? ChangeAll(null, isDisturbed) : Change(paths, isDisturbed)))
            {
                return LookResult.Disturbed;
            }
            CompactIfSparse();
            return LookResult.Done;
        }
    }

    /// <summary>A path changed: what is served of it is looked at for each request again.</summary>
    internal void Distrust(string path)
    {
        if (_options.Verify == ContentVerify.Watch
            && Newest.Find(Encoding.UTF8.GetBytes(path)) is { MayChange: true } entry)
        {
            _residency.Distrust(entry.Body.Region);
        }
    }

    /// <summary>Anything may have changed.</summary>
    internal void DistrustAll() => _residency.DistrustAll();

    // Whether the scan has found all as it is served; states of files may be others.
    private bool IsServed(GenerationBuilder builder)
    {
        if (builder.Files.Count != _files.Count)
        {
            return false;
        }
        foreach ((string path, ContentFile file) in builder.Files)
        {
            if (!_files.TryGetValue(path, out ContentFile known) || !ReferenceEquals(known.Entry, file.Entry))
            {
                return false;
            }
        }
        int count = 0;
        foreach (DirectoryEntry directory in builder.Directories)
        {
            count++;
            if (!DirectoryTree.IsSame(_newest, directory))
            {
                return false;
            }
        }
        return count == _newest.DirectoryCount;
    }

    // All is served as it is; what is known of the files' states is of now.
    private void Stay(GenerationBuilder builder, LeftOutLog leftOut)
    {
        _files = builder.Files;
        builder.Packer.Discard();
        leftOut.Finish();
        Confirm(builder);
        Trust(builder);
    }

    // After they are served: a notice is of what is served.
    private void Trust(GenerationBuilder builder) => _watch?.Trust(
        builder.Files.Values, file => _residency.Trust(file.Entry.Body.Region, file.Status));
}
