using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Digests;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;

namespace Straightwire.Appliance.Content;

/// <content>Reads single files, and makes what is told of them.</content>
internal sealed partial class GenerationBuilder
{
    // A larger file is not packed for want of a mapping.
    private const long PackedInsteadMax = 64L << 20;
    private const int TagBytes = 16;
    private const long Second = 1_000_000_000;

    /// <summary>
    /// Gives a mapped file the tag of its bytes, of which the digest is known by now: the one that the same
    /// bytes have when they are packed.
    /// </summary>
    public ContentFile Tag(in ContentFile file, ReadOnlySpan<byte> digest)
    {
        ContentEntry entry = file.Entry;
        byte[] tag = TagOf(digest, isStrong: true);
        ContentSlice body = entry.Body;
        return file with
        {
            Entry = Pack(
                entry.Path, tag, entry.ModifiedUnixSeconds, entry.IsDateStrong, [], body, body.Length),
        };
    }

    // Nothing but names or permissions of a mapped file may have changed: its bytes then stand for both
    // states, and its tag stays.
    private bool IsUnchanged(ref ContentFile known, in FileStatus found)
    {
        int region = known.Entry.Body.Region;
        if (!known.IsSettled || !_residency.IsSound(region))
        {
            return false;
        }
        if (known.Status == found)
        {
            return !known.Entry.MayChange || _residency.Accepts(region, found);
        }
        if (!known.Entry.MayChange
            || !known.Status.MayHaveBytesOf(found)
            || !_residency.Accepts(region, found))
        {
            return false;
        }
        known = known with { Status = found };
        return true;
    }

    // A file that is written to while it is read is read again: half of the old and half of the new is
    // neither.
    private ContentFile? Read(in FoundFile found)
    {
        for (int attempt = 0; attempt < ReadAttempts; attempt++)
        {
            SafeFileHandle? file = found.Open(out string error);
            bool isOwned = false;
            try
            {
                if (file is null || !FileTree.TryStatus(file, out FileStatus status, out error))
                {
                    FileOutcome failure = FileTree.LastFailure;
                    // It was deleted since its name was read.
                    return failure.Result == FileResult.NotFound
                        ? null
                        : GiveUp(found.Path, error, failure.IsPassing);
                }
                if (status.Kind != FileKind.Regular)
                {
                    return GiveUp(found.Path, "it was replaced by something that is no file", false);
                }
                if (!IsToBePacked(status.Length))
                {
                    bool isStill = _clock.AwaitStill(file, ref status);
                    if (!IsNamed(found, status))
                    {
                        continue;
                    }
                    return Map(found, file, status, isStill, out isOwned);
                }
                if (TryPack(found, file, status) is ContentFile packed)
                {
                    return packed;
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return GiveUp(found.Path, problem.Message, problem is IOException);
            }
            finally
            {
                if (!isOwned)
                {
                    file?.Dispose();
                }
            }
        }
        return GiveUp(found.Path, "it changes while it is read", isPassing: true);
    }

    // A file may have lost its name since it was opened: its state is of use only when the name leads to it
    // afterwards. Whatever happens to the name from then on changes the state.
    private static bool IsNamed(in FoundFile found, in FileStatus status) => found.Target is null
        ? FileTree.TryStatus(found.Directory, found.Name, out FileStatus named, out _) && named == status
        : status.Links > 0;

    // A name that is served does not vanish because it cannot be read at this moment: its old version stays,
    // and it is read again.
    private ContentFile? GiveUp(string path, string reason, bool isPassing)
    {
        if (isPassing)
        {
            lock (_tryAgain)
            {
                _tryAgain.Add(path);
            }
            if (_before.TryGetValue(path, out ContentFile known))
            {
                return known with { IsSettled = false };
            }
        }
        _leftOut.Add(path, reason);
        return null;
    }

    // An empty file cannot be mapped. When no further file can be mapped, those that are not too large are
    // packed as long as there is room.
    private bool IsToBePacked(long length) =>
        length == 0
        || ((length <= _options.PackedFileBytes || (_residency.IsFull && length <= PackedInsteadMax))
            && Packer.Bytes + length <= _packedMax);

    private ContentFile? TryPack(in FoundFile found, SafeFileHandle file, FileStatus status)
    {
        int length = (int)status.Length;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length + 1);
        try
        {
            // One byte more is asked for, so that a file that grows shows.
            Span<byte> whole = buffer.AsSpan(0, length + 1);
            int count = 0;
            while (RandomAccess.Read(file, whole[count..], count) is var some && some > 0)
            {
                count += some;
            }
            if (count != length
                || !FileTree.TryStatus(file, out FileStatus after, out _)
                || after != status
                || !IsNamed(found, status))
            {
                return null;
            }
            bool isStill = _clock.IsStill(file, status, _startUnixNanoseconds);
            if (!isStill)
            {
                // It may have been written again within the same tick while it was read.
                lock (_tryAgain)
                {
                    _tryAgain.Add(found.Path);
                }
            }
            ReadOnlySpan<byte> body = buffer.AsSpan(0, length);
            Span<byte> hash = stackalloc byte[TagBytes];
            XxHash128.Hash(body, hash);
            return Make(found.Path, status, TagOf(hash, isStrong: true), body, mapped: null, isStill);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private ContentFile? Map(
        in FoundFile found, SafeFileHandle file, FileStatus status, bool isStill, out bool isOwned)
    {
        isOwned = false;
        if (_residency.IsFull)
        {
            return GiveUp(found.Path, Residency.TooManyFiles, isPassing: true);
        }
        if (status.Length == 0)
        {
            return GiveUp(found.Path, "it changes while it is read", isPassing: true);
        }
        int region = _regions.AddFile(file, status.Length);
        lock (_mapped)
        {
            _mapped.Add(region);
        }
        isOwned = _residency.HasDescriptor;
        FileIdentity identity = isOwned
            ? new FileIdentity(file, status)
            : new FileIdentity(FileTree.RealPath(file) ?? [], status);
        _residency.Add(region, status.Length, found.Path, identity);

        // Its bytes are not read at load. What stands for them is its state, told by a code with a secret
        // key, since an inode's number and times are nobody's business.
        Span<byte> state = stackalloc byte[5 * sizeof(long)];
        BinaryPrimitives.WriteUInt64LittleEndian(state, status.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(state[8..], status.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(state[16..], status.Length);
        BinaryPrimitives.WriteInt64LittleEndian(state[24..], status.ModifiedNanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(state[32..], status.ChangedNanoseconds);
        Span<byte> code = stackalloc byte[Sha256.Length];
        _tags.Of(state, code);
        // A digest is made later; until then nothing stands for the bytes of a file that is still.
        byte[] tag = isStill && _options.Tags == ContentTags.Digest ? [] : TagOf(code[..TagBytes], isStill);
        var body = new ContentSlice(region, 0, status.Length);
        return Make(found.Path, status, tag, [], body, isStill);
    }

    private ContentFile Make(
        string path,
        FileStatus status,
        byte[] entityTag,
        ReadOnlySpan<byte> body,
        ContentSlice? mapped,
        bool isStill)
    {
        // RFC 9110 §8.8.2.1: no Last-Modified later than the message itself.
        long modified = Math.Clamp(status.ModifiedNanoseconds, 0, _startUnixNanoseconds) / Second;
        bool isDateStrong = IsDateStrong(path, status, entityTag, modified);
        ContentEntry entry = Pack(path, entityTag, modified, isDateStrong, body, mapped, status.Length);
        return new ContentFile(entry, status, isStill);
    }

    private ContentEntry Pack(
        string path,
        byte[] entityTag,
        long modified,
        bool isDateStrong,
        ReadOnlySpan<byte> body,
        ContentSlice? mapped,
        long length)
    {
        EntryRules rules;
        lock (_rules)
        {
            rules = _rules.Of(path);
        }
        Span<byte> heads = stackalloc byte[2 * ResponseHeads.LengthMax];
        int notModified = ResponseHeads.WriteNotModified(entityTag, modified, heads);
        int ok = ResponseHeads.WriteOk(entityTag, modified, length, heads[notModified..]);
        int headsLength = notModified + ok;
        Span<byte> packed = Packer.Reserve(headsLength + body.Length, out int region, out long offset);
        heads[..headsLength].CopyTo(packed);
        body.CopyTo(packed[headsLength..]);
        return new ContentEntry
        {
            Path = path,
            MediaType = rules.MediaType,
            Blocks = rules.Blocks,
            EntityTag = entityTag,
            ModifiedUnixSeconds = modified,
            IsDateStrong = isDateStrong,
            Http1 = new ContentHeads(
                new ContentSlice(region, offset + notModified, ok),
                new ContentSlice(region, offset, notModified)),
            Body = mapped ?? new ContentSlice(region, offset + headsLength, body.Length),
        };
    }

    // RFC 9110 §8.8.2.2: a date is a strong validator for who knows that there was no other version with the
    // same one: the file's time is the kernel's own and no program's, its second is over, and what was served
    // under the name before is of another.
    private bool IsDateStrong(string path, in FileStatus status, byte[] entityTag, long modified) =>
        status.ModifiedNanoseconds / Second == status.ChangedNanoseconds / Second
        && _startUnixNanoseconds - status.ChangedNanoseconds >= 2 * Second
        && (!_before.TryGetValue(path, out ContentFile known)
            || known.Entry.ModifiedUnixSeconds != modified
            || (entityTag.Length > 0 && known.Entry.EntityTag.AsSpan().SequenceEqual(entityTag)));

    // 128 bits in 22 letters (RFC 9110 §8.8.3): of XXH3 for bytes, since nobody but those who may write a
    // file can choose them, so that two versions with one tag are their own doing. A tag is weak where
    // another state of the file could look the same (§8.8.1).
    private static byte[] TagOf(ReadOnlySpan<byte> bits, bool isStrong)
    {
        int start = isStrong ? 0 : 2;
        var tag = new byte[start + 24];
        "W/"u8[..start].CopyTo(tag);
        tag[start] = (byte)'"';
        Base64Url.EncodeToUtf8(bits, tag.AsSpan(start + 1));
        tag[^1] = (byte)'"';
        return tag;
    }
}
