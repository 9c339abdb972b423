using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>
/// A netlink request in the making: header, a fixed part, then attributes of type and length, each aligned to
/// 4 bytes (netlink(7), rtnetlink(7)); numbers in the machine's byte order.
/// </summary>
internal ref struct NetlinkMessage
{
    public const int HeaderLength = 16;
    public const int AttributeHeaderLength = 4;

    private const ushort FlagRequest = 1;

    private readonly Span<byte> _memory;
    private int _length;

    /// <summary>Begins a message in <paramref name="memory"/>, which is zeroed and large enough.</summary>
    public NetlinkMessage(Span<byte> memory, ushort type, ushort flags)
    {
        _memory = memory;
        _length = HeaderLength;
        MemoryMarshal.Write(_memory[4..], type);
        MemoryMarshal.Write(_memory[6..], (ushort)(flags | FlagRequest));
    }

    /// <summary>Appends the fixed part, a structure.</summary>
    public void Append<T>(in T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_memory[_length..], value);
        _length = Align(_length + Unsafe.SizeOf<T>());
    }

    /// <summary>Appends an attribute with its header, padded to 4 bytes.</summary>
    public void Attribute(ushort type, scoped ReadOnlySpan<byte> value)
    {
        int start = BeginNested(type);
        value.CopyTo(_memory[_length..]);
        _length += value.Length;
        EndNested(start);
    }

    /// <summary>Appends an attribute that is a number.</summary>
    public void Attribute(ushort type, uint value)
    {
        int start = BeginNested(type);
        Append(value);
        EndNested(start);
    }

    /// <summary>
    /// Begins an attribute that holds attributes; what it returns is for <see cref="EndNested"/>.
    /// </summary>
    public int BeginNested(ushort type)
    {
        int start = _length;
        MemoryMarshal.Write(_memory[(start + 2)..], type);
        _length += AttributeHeaderLength;
        return start;
    }

    /// <summary>Writes the length and returns the whole message.</summary>
    public void EndNested(int start)
    {
        MemoryMarshal.Write(_memory[start..], (ushort)(_length - start));
        _length = Align(_length);
    }

    /// <summary>The message, its length filled in.</summary>
    public readonly Span<byte> Finish()
    {
        MemoryMarshal.Write(_memory, (uint)_length);
        return _memory[.._length];
    }

    /// <summary>Rounds up to the alignment of messages and attributes.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}
