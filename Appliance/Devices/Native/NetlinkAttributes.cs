using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>
/// The attributes of a netlink answer, one after another: <c>while (attributes.Next())</c>. Ends at the first
/// that does not fit.
/// </summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    // NLA_F_NESTED and NLA_F_NET_BYTEORDER.
    private const ushort TypeMask = 0x3FFF;

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>The type of the attribute that stands here.</summary>
    public ushort Type { get; private set; }

    /// <summary>The bytes of the attribute, without padding.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The value as a number.</summary>
    public readonly uint Number => MemoryMarshal.Read<uint>(Value);

    /// <summary>Goes to the next attribute; false when there is none.</summary>
    public bool Next()
    {
        if (_rest.Length < NetlinkMessage.AttributeHeaderLength)
        {
            return false;
        }
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NetlinkMessage.AttributeHeaderLength || length > _rest.Length)
        {
            return false;
        }
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Value = _rest[NetlinkMessage.AttributeHeaderLength..length];
        _rest = _rest[Math.Min(NetlinkMessage.Align(length), _rest.Length)..];
        return true;
    }
}
