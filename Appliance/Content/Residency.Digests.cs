using System.IO.Hashing;
using Straightwire.Devices.Files;

namespace Straightwire.Appliance.Content;

/// <summary>What became of reading a file whole for its digest.</summary>
internal enum DigestOutcome : byte
{
    /// <summary>The digest is known.</summary>
    Known,

    /// <summary>The file seems to have changed and is being compared: ask again.</summary>
    Later,

    /// <summary>It has changed, cannot be read, or is served no more.</summary>
    Gone,
}

/// <content>
/// Digests of whole files, for tags. The bytes are read beside what the helpers do and keep none of them
/// waiting; the digests of the windows that they make are the ones that a later state is compared with.
/// </content>
internal sealed partial class Residency
{
    /// <summary>Reads a mapped file whole; for a thread that may wait.</summary>
    /// <param name="file">The mapped file to read.</param>
    /// <param name="scratch">Where its bytes come, piece by piece.</param>
    /// <param name="pace">Told of the bytes of each piece; it takes its time, and false ends it.</param>
    /// <param name="digest">16 bytes, as <see cref="XxHash128"/> writes them.</param>
    public DigestOutcome Digest(FileWindows file, byte[] scratch, Func<int, bool> pace, Span<byte> digest)
    {
        lock (_gate)
        {
            if (_files[file.Region] != file
                || file is { Standing: FileStanding.Void } or { IsTagLost: true } or { Identity: null })
            {
                return DigestOutcome.Gone;
            }
            if (file.Standing == FileStanding.Unsure)
            {
                return DigestOutcome.Later;
            }
            file.IsDigested = true;
        }
        try
        {
            var whole = new XxHash128();
            var outcome = DigestOutcome.Known;
            for (int window = 0; window < file.Count && outcome == DigestOutcome.Known; window++)
            {
                outcome = Append(file, window, scratch, pace, whole);
            }
            _ = whole.GetCurrentHash(digest);
            return outcome;
        }
        finally
        {
            lock (_gate)
            {
                file.IsDigested = false;
            }
        }
    }

    private DigestOutcome Append(
        FileWindows file, int window, byte[] scratch, Func<int, bool> pace, XxHash128 whole)
    {
        var began = _clock();
        var part = new XxHash128();
        (long offset, long length) = file.RangeOf(window);
        bool isRead = true;
        for (long done = 0; done < length && isRead; done += scratch.Length)
        {
            Span<byte> piece = scratch.AsSpan(0, (int)Math.Min(scratch.Length, length - done));
            isRead = file.Identity!.HasDescriptor
                ? file.Identity.TryRead(offset + done, piece)
                : _read?.Invoke(file.Region, offset + done, piece) == true;
            whole.Append(piece);
            part.Append(piece);
            if (!pace(piece.Length))
            {
                return DigestOutcome.Gone;
            }
        }
        // In this order: bytes are those of a state that holds still after they were read.
        FileChange change = file.Identity!.Look(mayWait: true, out FileStatus _);
        lock (_gate)
        {
            UInt128? digest = isRead ? part.GetCurrentHashAsUInt128() : null;
            Judge(file, window, isThere: true, change, digest, began);
            return file switch
            {
                { Standing: FileStanding.Unsure } => DigestOutcome.Later,
                { Standing: FileStanding.Void } or { IsTagLost: true } => DigestOutcome.Gone,
                _ when !isRead => DigestOutcome.Gone,
                _ => change == FileChange.None ? DigestOutcome.Known : DigestOutcome.Later,
            };
        }
    }
}
