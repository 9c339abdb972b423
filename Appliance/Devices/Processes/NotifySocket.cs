using System.Text;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Processes;

/// <summary>
/// The socket on which a service tells its manager how it is (sd_notify(3)): datagrams of lines NAME=value.
/// It is connected once, by a process that may still open sockets, and then only written to.
/// </summary>
public static unsafe class NotifySocket
{
    private const int AddressFamilyUnix = 1;
    private const int Datagram = 2;
    private const int PathMax = 108;

    /// <summary>Connects to the manager's socket; null when that cannot be done.</summary>
    /// <param name="path">Of a socket file, or behind '@' the name of an abstract one.</param>
    public static int? Connect(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length is 0 or >= PathMax || (name[0] != (byte)'/' && name[0] != (byte)'@'))
        {
            return null;
        }
        if (name[0] == (byte)'@')
        {
            name[0] = 0;
        }
        int descriptor = Syscalls.Socket(AddressFamilyUnix, Datagram | Syscalls.CloseOnExec, 0);
        if (descriptor < 0)
        {
            return null;
        }

        // struct sockaddr_un; the name of an abstract socket has no end but the address's length.
        byte* address = stackalloc byte[sizeof(ushort) + PathMax];
        new Span<byte>(address, sizeof(ushort) + PathMax).Clear();
        *(ushort*)address = AddressFamilyUnix;
        name.CopyTo(new Span<byte>(address + sizeof(ushort), PathMax));
        if (Syscalls.Connect(descriptor, address, (uint)(sizeof(ushort) + name.Length)) < 0)
        {
            _ = Syscalls.Close(descriptor);
            return null;
        }
        return descriptor;
    }

    /// <summary>
    /// Sends one datagram. A manager that does not take it is no concern of a server's; it waits for nothing.
    /// </summary>
    public static void Send(int descriptor, string lines)
    {
        const int DontWait = 0x40;
        const int NoSignal = 0x4000;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(lines))
        {
            _ = Syscalls.Send(
                descriptor, bytes, (nuint)Encoding.UTF8.GetByteCount(lines), DontWait | NoSignal);
        }
    }

    /// <summary>Closes the socket of the service manager.</summary>
    public static void Close(int descriptor) => _ = Syscalls.Close(descriptor);
}
