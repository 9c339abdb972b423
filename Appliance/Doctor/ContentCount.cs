using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Content;

namespace Straightwire.Appliance.Doctor;

/// <summary>What is to be served, counted as a load walks it; no file is read.</summary>
internal sealed class ContentCount : IScanned
{
    private readonly ContentOptions _content;

    private ContentCount(ContentOptions content) => _content = content;

    /// <summary>Directories that would be served, the root among them.</summary>
    public long Directories { get; private set; }

    /// <summary>Files that would be served.</summary>
    public long Files { get; private set; }

    /// <summary>Of those, which are mapped.</summary>
    public long LargeFiles { get; private set; }

    /// <summary>Bytes of files that are packed, as long as there is room.</summary>
    public long SmallBytes { get; private set; }

    /// <summary>Bytes of files that are mapped.</summary>
    public long LargeBytes { get; private set; }

    /// <summary>Names that are left out.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Bytes in packed memory.</summary>
    public long PackedBytes => Math.Min(SmallBytes, _content.PackedBytesMax);

    /// <summary>Walks the content directory; <paramref name="fault"/>: why that was not to be.</summary>
    public static ContentCount Of(ContentOptions content, out string? fault)
    {
        var count = new ContentCount(content);
        var leftOut = new LeftOutLog(NullLogger.Instance);
        try
        {
            new ContentScan(content, NullLogger.Instance, leftOut, count).Run();
            fault = null;
        }
        catch (ContentException e)
        {
            fault = e.Message;
        }
        count.LeftOut = leftOut.Count;
        return count;
    }

    /// <inheritdoc/>
    public void Add(in FoundDirectory directory) => Directories++;

    /// <inheritdoc/>
    public void Add(List<FoundFile> files)
    {
        foreach (FoundFile file in files)
        {
            bool isLarge = file.Status.Length > _content.PackedFileBytes;
            Files++;
            LargeFiles += isLarge ? 1 : 0;
            LargeBytes += isLarge ? file.Status.Length : 0;
            SmallBytes += isLarge ? 0 : file.Status.Length;
        }
    }
}
