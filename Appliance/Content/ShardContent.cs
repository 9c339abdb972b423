using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Content;

/// <summary>
/// One shard's view of the content. <see cref="BeginPass"/> and all of <see cref="IContentMemory"/> are for
/// the shard's thread; what other threads read of it is published by release and acquire.
/// </summary>
public sealed class ShardContent : IContentMemory, IContentSource
{
    private readonly ContentStore _store;
    private readonly RegionTable _regions;
    private readonly Residency _residency;
    private readonly FileWindows?[] _files;
    private readonly int[] _held = new int[Residency.RegionMax];
    private long _adopted;
    private long _version;

    internal ShardContent(ContentStore store, RegionTable regions, Residency residency, Action wake)
    {
        _store = store;
        _regions = regions;
        _residency = residency;
        _files = residency.Files;
        Wake = wake;
        Current = store.Newest;
        _adopted = Current.Number;
    }

    /// <inheritdoc/>
    public ContentGeneration Current { get; private set; }

    /// <inheritdoc/>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The generation that the shard has begun a pass with.</summary>
    internal long Adopted => Volatile.Read(ref _adopted);

    /// <summary>Ends the shard's wait; from any thread.</summary>
    internal Action Wake { get; }

    /// <summary>The shard has a pending slice; written under the lock of <see cref="Residency"/>.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>
    /// The shard begins a pass: it serves the newest generation from here on. From then on it takes up no
    /// slice of an older one, and only lets go of those it has.
    /// </summary>
    public void BeginPass()
    {
        ContentGeneration newest = _store.Newest;
        if (!ReferenceEquals(newest, Current))
        {
            Current = newest;
            Volatile.Write(ref _adopted, newest.Number);
        }
    }

    /// <inheritdoc/>
    public ContentReadiness Prepare(in ContentSlice slice, Instant now) => Prepare(slice, default, now);

    /// <inheritdoc/>
    public ContentReadiness Prepare(in ContentSlice slice, IpAddress peer, Instant now)
    {
        FileWindows? file = _files[slice.Region];
        return file is null ? ContentReadiness.Resident
            : _residency.Look(file, peer, now, Residency.SentAgeNanoseconds) switch
            {
                FileStanding.Void => ContentReadiness.Faulted,
                FileStanding.Unsure when _residency.Await(this, file) => ContentReadiness.Pending,
                _ => _residency.Prepare(this, file, slice, peer, now),
            };
    }

    /// <inheritdoc/>
    public bool IsCurrent(ContentEntry entry, IpAddress peer, Instant now) =>
        _files[entry.Body.Region] is not FileWindows file
        || _residency.IsCurrent(file, peer, now, mayBeBetter: entry.IsTagWeak);

    /// <inheritdoc/>
    public bool TryRead(int region, long offset, Span<byte> destination) =>
        _regions.TryRead(region, offset, destination);

    /// <inheritdoc/>
    public void OnFault(in ContentSlice slice, Instant now)
    {
        if (_files[slice.Region] is FileWindows file)
        {
            _residency.Suspect(file, slice, now);
        }
    }

    /// <inheritdoc/>
    public void Acquire(int region) => Volatile.Write(ref _held[region], _held[region] + 1);

    /// <inheritdoc/>
    public void Release(int region)
    {
        Invariant.Assert(_held[region] > 0, "a slice is released once per holder");
        Volatile.Write(ref _held[region], _held[region] - 1);
    }

    /// <summary>Whether the shard has slices of a region, as far as is known to the calling thread.</summary>
    internal bool Holds(int region) => Volatile.Read(ref _held[region]) > 0;

    /// <summary>
    /// Something that was pending may be so no longer; under the lock of <see cref="Residency"/>.
    /// </summary>
    internal void Advance() => Volatile.Write(ref _version, _version + 1);
}
