namespace Straightwire.Devices.Native;

/// <summary>Asks the kernel whether it gives this process a descriptor; nothing stays open.</summary>
internal static class SocketProbe
{
    /// <summary>Makes a raw socket of a family; null when that works, or the kernel's reason.</summary>
    public static string? Fault(int family)
    {
        int descriptor = Syscalls.Socket(family, Syscalls.SocketRaw | Syscalls.CloseOnExec, protocol: 0);
        return Closed(descriptor, descriptor < 0 ? $"{NativeError.Describe(NativeError.Last)}." : null);
    }

    /// <summary>Closes a descriptor, if it is one, and returns the fault.</summary>
    public static string? Closed(int descriptor, string? fault)
    {
        if (descriptor >= 0)
        {
            _ = Syscalls.Close(descriptor);
        }
        return fault;
    }
}
