using System.Runtime.CompilerServices;

namespace Straightwire.Devices.Native;

/// <summary>Reads memory that a native library told the address of.</summary>
internal static unsafe class NativeBytes
{
    /// <summary>
    /// Fills <paramref name="destination"/> with the bytes at <paramref name="address"/>; the caller knows
    /// that so many are there.
    /// </summary>
    public static void Read(nint address, Span<byte> destination) =>
        new ReadOnlySpan<byte>((void*)address, destination.Length).CopyTo(destination);

    /// <summary>The 32 bits at <paramref name="address"/>, in the machine's order.</summary>
    public static uint ReadUInt32(nint address) => Unsafe.ReadUnaligned<uint>((void*)address);
}
