using System.Buffers.Binary;

namespace Straightwire.Devices.Files;

/// <summary>One event of a watched directory (struct inotify_event).</summary>
public readonly ref struct DirectoryEvent
{
    private const int HeaderLength = 16;

    /// <summary>The number of the watch; −1 with <see cref="DirectoryEvents.Overflow"/>.</summary>
    public required int Watch { get; init; }

    /// <summary>What happened.</summary>
    public required DirectoryEvents What { get; init; }

    /// <summary>The name in the directory that it happened to; empty: the directory itself.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>
    /// Takes the first event off what was read; false when there is none left. The kernel never gives a part
    /// of one.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> events, out DirectoryEvent taken)
    {
        taken = default;
        if (events.Length < HeaderLength)
        {
            return false;
        }
        int length = HeaderLength + BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
        if (length < HeaderLength || length > events.Length)
        {
            return false;
        }
        // Names are filled up with zeros to what is aligned.
        ReadOnlySpan<byte> name = events[HeaderLength..length];
        int end = name.IndexOf((byte)0);
        taken = new DirectoryEvent
        {
            Watch = BinaryPrimitives.ReadInt32LittleEndian(events),
            What = (DirectoryEvents)BinaryPrimitives.ReadUInt32LittleEndian(events[4..]),
            Name = end < 0 ? name : name[..end],
        };
        events = events[length..];
        return true;
    }
}
