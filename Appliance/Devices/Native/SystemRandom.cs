using System.Runtime.InteropServices;

namespace Straightwire.Devices.Native;

/// <summary>
/// The kernel's random numbers (getrandom(2)). The runtime's own need the system's OpenSSL, which a machine
/// that is given to this program may lack.
/// </summary>
public static unsafe class SystemRandom
{
    /// <summary>Fills a span with bytes fit for keys; waits, at boot, until the kernel has some.</summary>
    /// <exception cref="PlatformNotSupportedException">The kernel gives none.</exception>
    public static void Fill(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint got;
            fixed (byte* start = bytes)
            {
                got = Syscalls.GetRandom(start, (nuint)bytes.Length, 0);
            }
            if (got > 0)
            {
                bytes = bytes[(int)got..];
            }
            else if (NativeError.Last != NativeError.Interrupted)
            {
                throw new PlatformNotSupportedException(
                    $"getrandom: {NativeError.Describe(NativeError.Last)}");
            }
        }
    }

    /// <summary>So many bytes from getrandom(2).</summary>
    public static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    /// <summary>A key of 128 bits, for a keyed hash.</summary>
    public static UInt128 Key() => MemoryMarshal.Read<UInt128>(Bytes(sizeof(UInt128)));

    /// <summary>A seed of 64 bits, for numbers at random.</summary>
    public static ulong Seed() => MemoryMarshal.Read<ulong>(Bytes(sizeof(ulong)));
}
