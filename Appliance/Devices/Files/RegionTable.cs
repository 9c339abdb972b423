using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Native;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;

namespace Straightwire.Devices.Files;

/// <summary>
/// All content regions of the process by number: packed memory of our own, and files mapped where they lie.
/// Numbers begin at 1 (0 is each shard's frame pool) and are used again only after <see cref="Remove"/>.
/// Adding and removing are safe from any thread, looking up takes no lock. Whoever removes a region knows
/// that nobody uses it any more.
/// </summary>
public sealed unsafe class RegionTable : IContentReader, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<int> _removed = new();
    private readonly int _process = Environment.ProcessId;
    private Region?[] _regions = new Region?[64];
    private int _next = ContentSlice.PoolRegion + 1;

    /// <summary>Adds zeroed private memory, writable until <see cref="Seal"/>.</summary>
    /// <param name="length">Bytes, at least 1.</param>
    /// <exception cref="IOException">The kernel refuses the mapping.</exception>
    public int AddPacked(long length) => Add(
        length,
        Syscalls.ProtectRead | Syscalls.ProtectWrite,
        Syscalls.MapPrivate | Syscalls.MapAnonymous,
        file: null);

    /// <summary>
    /// Maps a whole file for reading, and keeps no descriptor: it may be closed, renamed over or deleted.
    /// Other than by the kernel, its bytes are read through <see cref="TryRead"/> only, because touching a
    /// truncated page is SIGBUS.
    /// </summary>
    /// <param name="file">The file, open for reading; it stays open while mapped.</param>
    /// <param name="length">Its length in bytes, at least 1.</param>
    /// <exception cref="IOException">The kernel refuses the mapping.</exception>
    public int AddFile(SafeFileHandle file, long length) =>
        Add(length, Syscalls.ProtectRead, Syscalls.MapShared, file);

    /// <summary>A part of a packed region that is not sealed yet, to be filled.</summary>
    public Span<byte> PackedSpan(int region, long offset, int length)
    {
        Region found = Get(region);
        Invariant.Assert(!found.IsFile && !found.IsSealed, "a packed region is written until it is sealed");
        Invariant.Assert(found.Holds(offset, length), "a span lies within its region");
        return new Span<byte>((byte*)found.Address + offset, length);
    }

    /// <summary>Makes a packed region read-only for good.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public void Seal(int region)
    {
        Region found = Get(region);
        Invariant.Assert(!found.IsFile, "only packed regions are sealed");
        if (Syscalls.Protect(found.Address, (nuint)found.Length, Syscalls.ProtectRead) < 0)
        {
            throw new IOException($"mprotect: {NativeError.Describe(NativeError.Last)}");
        }
        found.IsSealed = true;
    }

    /// <summary>Whether the region is a mapped file, whose pages may be absent or gone.</summary>
    public bool IsFile(int region) => Get(region).IsFile;

    /// <summary>Bytes of the region.</summary>
    public long LengthOf(int region) => Get(region).Length;

    /// <summary>Where the region begins in memory.</summary>
    public nuint AddressOf(int region) => (nuint)Get(region).Address;

    /// <summary>
    /// Makes the pages of a range resident and mapped; blocks while storage is read, so it is for helper
    /// threads. False when bytes of the range are gone: the file was truncated, or storage cannot be read.
    /// </summary>
    public bool Populate(int region, long offset, long length)
    {
        Region found = Get(region);
        Invariant.Assert(found.Holds(offset, length), "a range lies within its region");
        if (!found.IsFile || length == 0)
        {
            return true;
        }
        long pageMask = Environment.SystemPageSize - 1;
        nint start = found.Address + (nint)(offset & ~pageMask);
        var bytes = (nuint)(offset + length - (offset & ~pageMask));

        // Populating alone reads ahead by little windows, one after another; this asks storage for all of it
        // at once.
        _ = Syscalls.Advise(start, bytes, Syscalls.AdviceWillNeed);
        while (Syscalls.Advise(start, bytes, Syscalls.AdvicePopulateRead) < 0)
        {
            int error = NativeError.Last;
            if (error == NativeError.Invalid)
            {
                return PopulateByReading(found, offset, length);
            }
            if (error is not (NativeError.Interrupted or NativeError.TryAgain))
            {
                return false;
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public bool TryRead(int region, long offset, Span<byte> destination)
    {
        Region? found = Find(region);
        if (found is null || !found.Holds(offset, destination.Length))
        {
            return false;
        }
        if (found.IsFile)
        {
            return CopyThroughKernel(found, offset, destination);
        }
        new ReadOnlySpan<byte>((byte*)found.Address + offset, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Unmaps a region; its number may be given again.</summary>
    public void Remove(int region)
    {
        lock (_lock)
        {
            Region found = Get(region);
            Volatile.Write(ref _regions[region], null);
            found.Unmap();
            _removed.Push(region);
        }
    }

    /// <summary>Unmaps all regions; no link may use one any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (ref Region? region in _regions.AsSpan())
            {
                region?.Unmap();
                region = null;
            }
        }
    }

    /// <summary>The address of a slice's first byte; false when the slice is not within a region.</summary>
    internal bool TryLocate(in ContentSlice slice, out nuint address)
    {
        Region? region = Find(slice.Region);
        if (region is null || !region.Holds(slice.Offset, slice.Length))
        {
            address = 0;
            return false;
        }
        address = (nuint)region.Address + (nuint)slice.Offset;
        return true;
    }

    /// <summary>
    /// What <see cref="Populate"/> does on kernels before 5.14, which cannot populate: it reads every byte.
    /// </summary>
    internal bool PopulateByReading(int region, long offset, long length) =>
        PopulateByReading(Get(region), offset, length);

    private bool PopulateByReading(Region region, long offset, long length)
    {
        Span<byte> scratch = new byte[65_536];
        for (long done = 0; done < length; done += scratch.Length)
        {
            int count = (int)Math.Min(scratch.Length, length - done);
            if (!CopyThroughKernel(region, offset + done, scratch[..count]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>
    /// process_vm_readv of the own process: where a load would be SIGBUS, it answers EFAULT or fewer bytes.
    /// </summary>
    private bool CopyThroughKernel(Region region, long offset, Span<byte> destination)
    {
        fixed (byte* buffer = destination)
        {
            var length = (nuint)destination.Length;
            var local = new IoVector { Address = (nuint)buffer, Length = length };
            var remote = new IoVector { Address = (nuint)region.Address + (nuint)offset, Length = length };
            return Syscalls.ReadProcess(_process, &local, 1, &remote, 1, 0) == destination.Length;
        }
    }

    private int Add(long length, int protection, int flags, SafeFileHandle? file)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        nint address = Map(length, protection, flags, file);
        lock (_lock)
        {
            if (!_removed.TryPop(out int number))
            {
                number = _next++;
            }
            if (number == _regions.Length)
            {
                Region?[] larger = new Region?[_regions.Length * 2];
                _regions.CopyTo(larger, 0);
                Volatile.Write(ref _regions, larger);
            }
            Volatile.Write(ref _regions[number], new Region(address, length, file is not null));
            return number;
        }
    }

    private static nint Map(long length, int protection, int flags, SafeFileHandle? file)
    {
        bool held = false;
        try
        {
            file?.DangerousAddRef(ref held);
            int descriptor = file is null ? -1 : (int)file.DangerousGetHandle();
            nint address = Syscalls.Map(0, (nuint)length, protection, flags, descriptor, 0);
            return address != Syscalls.MapFailed ? address : throw MapFailed(NativeError.Last, length);
        }
        finally
        {
            if (held)
            {
                file!.DangerousRelease();
            }
        }
    }

    private static IOException MapFailed(int error, long length) => new(
        $"mmap of {length} bytes: {NativeError.Describe(error)}" + (error == NativeError.NoMemory
            ? ". Each mapped file is one of at most vm.max_map_count mappings: raise it " +
              "(sysctl -w vm.max_map_count=1048576) or the size up to which files are packed, " +
              "or give the process more memory."
            : "."));

    private Region? Find(int region)
    {
        Region?[] regions = Volatile.Read(ref _regions);
        return (uint)region < (uint)regions.Length ? Volatile.Read(ref regions[region]) : null;
    }

    private Region Get(int region) =>
        Find(region) ?? throw new InvariantException($"There is no region {region}.");

    private sealed class Region(nint address, long length, bool isFile)
    {
        public readonly nint Address = address;
        public readonly long Length = length;
        public readonly bool IsFile = isFile;
        public volatile bool IsSealed;

        public bool Holds(long offset, long count) =>
            (ulong)offset <= (ulong)Length && (ulong)count <= (ulong)(Length - offset);

        public void Unmap() => _ = Syscalls.Unmap(Address, (nuint)Length);
    }
}
