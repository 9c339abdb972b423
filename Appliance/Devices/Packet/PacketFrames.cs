using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Devices.Tap;
using Straightwire.Stack.Link;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Packet;

/// <summary>
/// Sends whole frames by a packet socket, for an interface that cuts no segments. They are written one beside
/// another, and leave by one system call.
/// </summary>
internal sealed unsafe class PacketFrames : IFrameSender
{
    /// <summary>Bytes of the longest frame with its virtio-net header, in cache lines.</summary>
    private const int FrameSpace = 65_600;

    /// <summary>Bytes of all, so that some hundred of Ethernet's have room beside each other.</summary>
    private const int Space = 512 << 10;

    private const int CacheLine = 64;

    private readonly PacketMessages _messages;
    private readonly byte[] _memory = GC.AllocateArray<byte>(Space, pinned: true);
    private readonly IoVector[] _vectors = GC.AllocateArray<IoVector>(PacketMessages.Max, pinned: true);
    private volatile bool _completesChecksums;
    private int _first;
    private int _end;
    private int _used;

    /// <summary>Makes memory for frames.</summary>
    /// <param name="descriptor">The packet socket.</param>
    /// <param name="name">The interface's name, for errors.</param>
    public PacketFrames(int descriptor, string name)
    {
        _messages = new PacketMessages(descriptor, name);
        for (int i = 0; i < _vectors.Length; i++)
        {
            _messages[i].Vectors = SegmentVectors.AddressOf(_vectors) + (nuint)(i * sizeof(IoVector));
            _messages[i].VectorCount = 1;
        }
    }

    /// <summary>As <see cref="ILinkDevice.SegmentsLost"/>.</summary>
    public long Lost => _messages.Lost;

    /// <summary>Frames wait for room in the socket.</summary>
    public bool HasPending => _first != _end;

    /// <inheritdoc/>
    public bool CompletesChecksums => _completesChecksums;

    /// <summary>Whether the interface completes checksums from now on; from any thread.</summary>
    public void Follow(bool completesChecksums) => _completesChecksums = completesChecksums;

    private bool HasRoom => _end < _vectors.Length && _used <= Space - FrameSpace;

    /// <inheritdoc/>
    public Span<byte> Reserve(Instant now)
    {
        if (!HasRoom)
        {
            Flush(now);
        }
        return HasRoom
            ? _memory.AsSpan(_used + VirtioHeader.Length, FrameSpace - VirtioHeader.Length)
            : default;
    }

    /// <inheritdoc/>
    public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now)
    {
        Invariant.Assert(HasRoom, "a frame is reserved before it is sent");
        VirtioHeader.Write(_memory.AsSpan(_used), length, checksumStart, checksumOffset);
        int bytes = VirtioHeader.Length + length;
        _vectors[_end].Address = SegmentVectors.AddressOf(_memory) + (nuint)_used;
        _vectors[_end].Length = (nuint)bytes;
        _used += (bytes + CacheLine - 1) & -CacheLine;
        _end++;
    }

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public void Flush(Instant now)
    {
        _first += _messages.Send(_first, _end, out _);
        if (_first == _end)
        {
            _first = _end = _used = 0;
        }
    }
}
