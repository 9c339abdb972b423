using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Straightwire.Devices.Native;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Files;

/// <summary>
/// The kernel's notices of what changes in directories (inotify(7)): of the names in them, and of the files
/// that are opened by these names. What is written through a mapping, or by another machine, is not told.
/// Adding, removing and waking are safe from any thread; reading and waiting are one thread's at a time.
/// </summary>
public sealed unsafe class DirectoryWatch : IDisposable
{
    /// <summary>Bytes that hold the longest event.</summary>
    public const int EventBytesMax = 16 + 256;

    /// <summary>All that may change what is served of a directory.</summary>
    public const DirectoryEvents All = Names | DirectoryEvents.Modified | DirectoryEvents.Attributes
        | DirectoryEvents.Written | DirectoryEvents.SelfDeleted | DirectoryEvents.SelfMoved;

    /// <summary>Names that come and go, and nothing of what is in the files.</summary>
    public const DirectoryEvents Names = DirectoryEvents.MovedFrom | DirectoryEvents.MovedTo
        | DirectoryEvents.Created | DirectoryEvents.Deleted;

    private const uint OnlyDirectory = 0x0100_0000;

    // A file that has no name any more is of no interest, though somebody writes to it.
    private const uint ExceptUnlinked = 0x0400_0000;
    private const uint AddToMask = 0x2000_0000;

    private readonly int _descriptor;
    private readonly DescriptorWait _wait = new();
    private bool _isDisposed;

    private DirectoryWatch(int descriptor) => _descriptor = descriptor;

    /// <summary>Makes one; null with the reason when the kernel has none for us.</summary>
    public static DirectoryWatch? Open(out FileOutcome outcome)
    {
        int descriptor = Syscalls.WatchDescriptor(Syscalls.NonBlocking | Syscalls.CloseOnExec);
        outcome = descriptor < 0 ? new FileOutcome(NativeError.Last) : FileOutcome.Ok;
        return descriptor < 0 ? null : new DirectoryWatch(descriptor);
    }

    /// <summary>
    /// Watches an open directory from now on, with all that may change in it; the number of the watch, which
    /// is the same for the same directory, or −1 with the reason.
    /// </summary>
    public int Add(SafeFileHandle directory, out FileOutcome outcome)
    {
        bool held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            // Its path may be another directory's by now.
            string path = string.Create(
                CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)directory.DangerousGetHandle()}");
            return Add(path, (uint)All, out outcome);
        }
        finally
        {
            if (held)
            {
                directory.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// The same of a path, which is followed; of a directory that is watched already nothing is taken away.
    /// </summary>
    /// <param name="path">The directory's.</param>
    /// <param name="isNamesOnly">Names that come and go are enough.</param>
    /// <param name="outcome">Why there is none.</param>
    public int Add(string path, bool isNamesOnly, out FileOutcome outcome) =>
        Add(path, (uint)(isNamesOnly ? Names : All) | AddToMask, out outcome);

    /// <summary>Watches a directory no more; one that is gone already is passed over.</summary>
    public void Remove(int watch) => _ = Syscalls.RemoveWatch(_descriptor, watch);

    /// <summary>What happened so far, as far as there is room; 0: nothing. Never blocks.</summary>
    /// <param name="buffer">At least <see cref="EventBytesMax"/> bytes.</param>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)Math.Max(0, Syscalls.Read(_descriptor, start, (nuint)buffer.Length));
        }
    }

    /// <summary>Sleeps until something happens, another thread wakes it, or it is time.</summary>
    public void Wait(Instant deadline) => _wait.Wait(_descriptor, forRoom: false, deadline);

    /// <summary>Ends a <see cref="Wait"/>, now or the next one; from any thread.</summary>
    public void Wake() => _wait.Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _wait.Dispose();
            _ = Syscalls.Close(_descriptor);
        }
    }

    private int Add(string path, uint events, out FileOutcome outcome)
    {
        int watch;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            watch = Syscalls.AddWatch(_descriptor, bytes, events | OnlyDirectory | ExceptUnlinked);
        }
        outcome = watch < 0 ? new FileOutcome(NativeError.Last) : FileOutcome.Ok;
        return watch;
    }
}
