using System.Text;
using Straightwire.Devices.Bpf;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Devices;

/// <summary>
/// Asks the kernel whether it gives this process what links stand on; nothing stays open, and nothing is
/// changed.
/// </summary>
public static unsafe class KernelFeatures
{
    private const int AddressFamilyPacket = 17;
    private const int AddressFamilyXdp = 44;
    private const byte MoveImmediate = 0xB7;
    private const byte Exit = 0x95;
    private const int Pass = 2;

    /// <summary>Opens the control device of TAPs; null when that works, or why not and what to do.</summary>
    public static string? TapControl(string path)
    {
        fixed (byte* bytes = Encoding.UTF8.GetBytes(path + '\0'))
        {
            int descriptor = Syscalls.Open(bytes, Syscalls.OpenReadWrite | Syscalls.CloseOnExec);
            string? fault = descriptor < 0 ? TapInterface.ControlFault(path, NativeError.Last) : null;
            return Closed(descriptor, fault);
        }
    }

    /// <summary>Makes a packet socket; null when that works, or the kernel's reason.</summary>
    public static string? PacketSocket() => Socket(AddressFamilyPacket);

    /// <summary>Makes an AF_XDP socket; null when that works, or the kernel's reason.</summary>
    public static string? XdpSocket() => Socket(AddressFamilyXdp);

    /// <summary>
    /// Loads an XDP program that passes everything on; null when that works, or why not and what to do.
    /// </summary>
    public static string? XdpProgram()
    {
        try
        {
            int descriptor = BpfProgram.Load(
                BpfProgramType.Xdp, [new(MoveImmediate, 0, 0, Pass), new(Exit, 0, 0, 0)]);
            return Closed(descriptor, null);
        }
        catch (LinkException e)
        {
            return e.Message;
        }
    }

    /// <summary>The kernel's version of Landlock; null: none that the sandbox can use.</summary>
    public static int? LandlockVersion() =>
        Landlock.Version() is var version and >= Landlock.VersionMin ? version : null;

    private static string? Socket(int family)
    {
        int descriptor = Syscalls.Socket(family, Syscalls.SocketRaw | Syscalls.CloseOnExec, protocol: 0);
        return Closed(descriptor, descriptor < 0 ? $"{NativeError.Describe(NativeError.Last)}." : null);
    }

    private static string? Closed(int descriptor, string? fault)
    {
        if (descriptor >= 0)
        {
            _ = Syscalls.Close(descriptor);
        }
        return fault;
    }
}
