namespace Straightwire.Devices.Native;

/// <summary>How much of a socket's data the kernel keeps.</summary>
internal static unsafe class SocketBuffer
{
    /// <summary>
    /// Asks for a socket's buffer of so many bytes; where that is not allowed, as much as everybody may have.
    /// </summary>
    /// <param name="socket">Its descriptor.</param>
    /// <param name="force">SO_SNDBUFFORCE or SO_RCVBUFFORCE.</param>
    /// <param name="option">SO_SNDBUF or SO_RCVBUF.</param>
    /// <param name="bytes">Half of what the kernel counts.</param>
    public static void Set(int socket, int force, int option, int bytes)
    {
        if (Syscalls.SetSocketOption(socket, Syscalls.LevelSocket, force, &bytes, sizeof(int)) < 0)
        {
            _ = Syscalls.SetSocketOption(socket, Syscalls.LevelSocket, option, &bytes, sizeof(int));
        }
    }
}
