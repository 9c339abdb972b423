using System.Runtime.InteropServices;
using Straightwire.Devices.Native;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Bpf;

/// <summary>
/// The server's address where programs in the kernel read it: a map of one place, whose memory a process can
/// write without a system call (BPF_F_MMAPABLE, Linux 5.5), so that an address is followed in a sandbox that
/// loads no program any more.
/// </summary>
public sealed unsafe class AddressCell : IDisposable
{
    /// <summary>Bytes of the memory, of which the first four are the address.</summary>
    private const int Length = 4096;

    private byte* _memory;

    /// <summary>Maps the cell, so that a store to it is seen by the programs.</summary>
    /// <param name="descriptor">What <see cref="Create"/> gave; it is not closed.</param>
    /// <exception cref="LinkException">It cannot be mapped.</exception>
    public AddressCell(int descriptor)
    {
        nint memory = Syscalls.Map(
            0, Length, Syscalls.ProtectRead | Syscalls.ProtectWrite, Syscalls.MapShared, descriptor, 0);
        _memory = memory != Syscalls.MapFailed
            ? (byte*)memory
            : throw new LinkException(
                "The memory of the server's address cannot be mapped: " +
                $"{NativeError.Describe(NativeError.Last)}.");
    }

    /// <summary>Makes one with an address in it; the descriptor.</summary>
    /// <exception cref="LinkException">The kernel refuses.</exception>
    internal static int Create(Ipv4Address address)
    {
        int descriptor = BpfProgram.CreateCell(Length);
        try
        {
            using var cell = new AddressCell(descriptor);
            cell.Write(address);
            return descriptor;
        }
        catch
        {
            _ = Syscalls.Close(descriptor);
            throw;
        }
    }

    /// <summary>Changes what the programs take for the server's address, from their next frame on.</summary>
    /// <param name="address">In the programs' comparisons; "any" is nobody's.</param>
    public void Write(Ipv4Address address)
    {
        Span<byte> bytes = stackalloc byte[Ipv4Address.Length];
        address.Write(bytes);

        // Whole: a program never sees half of each.
        Volatile.Write(ref *(uint*)_memory, MemoryMarshal.Read<uint>(bytes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_memory != null)
        {
            // Once: the address may soon be another's.
            _ = Syscalls.Unmap((nint)_memory, Length);
            _memory = null;
        }
    }
}
