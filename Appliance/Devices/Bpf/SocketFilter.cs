using Straightwire.Devices.Native;

namespace Straightwire.Devices.Bpf;

/// <summary>A program by which a packet socket gets the server's frames and no others.</summary>
internal static unsafe class SocketFilter
{
    private const int AttachBpf = 50;
    private const int WholeFrame = ushort.MaxValue;

    /// <summary>Attaches one for a scope; the error, or 0.</summary>
    /// <exception cref="LinkException">The kernel does not load it.</exception>
    public static int Attach(int socket, FrameScope scope)
    {
        int filter = BpfProgram.Load(
            BpfProgramType.SocketFilter,
            FrameMatcher.Build(scope, BpfContext.SocketBuffer, WholeFrame, others: 0));
        int attached = Syscalls.SetSocketOption(
            socket, Syscalls.LevelSocket, AttachBpf, &filter, sizeof(int));
        int error = attached < 0 ? NativeError.Last : 0;
        _ = Syscalls.Close(filter);
        return error;
    }
}
