using System.Text;
using Straightwire.Devices.Native;

namespace Straightwire.Devices.Network;

/// <summary>
/// Names in the abstract namespace of Unix sockets (unix(7)): each network namespace has its own, a name has
/// one holder, and ends with the last descriptor of its socket, however the process ends.
/// </summary>
public static unsafe class AbstractName
{
    /// <summary>Most characters of a name.</summary>
    public const int NameMax = 107;

    private const int AddressFamilyUnix = 1;
    private const int Datagram = 2;

    // Of the calling thread's network namespace, which need not be that of the process.
    private const string Table = "/proc/thread-self/net/unix";

    /// <summary>Takes a name; the descriptor that holds it, or null when somebody has it.</summary>
    /// <param name="name">ASCII, at most 107 characters.</param>
    /// <exception cref="LinkException">The kernel gives no socket.</exception>
    public static int? TryTake(string name)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(name[..Math.Min(name.Length, NameMax)]);
        int descriptor = Syscalls.Socket(AddressFamilyUnix, Datagram | Syscalls.CloseOnExec, 0);
        if (descriptor < 0)
        {
            throw new LinkException(
                $"The kernel gives no Unix socket: {NativeError.Describe(NativeError.Last)}.");
        }

        // struct sockaddr_un: a zero begins an abstract name, whose end is the address's.
        byte* address = stackalloc byte[sizeof(ushort) + 1 + NameMax];
        *(ushort*)address = AddressFamilyUnix;
        address[sizeof(ushort)] = 0;
        bytes.CopyTo(new Span<byte>(address + sizeof(ushort) + 1, NameMax));
        if (Syscalls.Bind(descriptor, address, (uint)(sizeof(ushort) + 1 + bytes.Length)) == 0)
        {
            return descriptor;
        }
        _ = Syscalls.Close(descriptor);
        return null;
    }

    /// <summary>Gives a name back.</summary>
    public static void Release(int descriptor) => _ = Syscalls.Close(descriptor);

    /// <summary>
    /// All names that are taken; none where the kernel does not tell. The kernel writes '@' before an
    /// abstract name.
    /// </summary>
    public static IReadOnlyList<string> Taken()
    {
        try
        {
            return
            [
                .. File.ReadLines(Table)
                    .Select(line => line.IndexOf(" @", StringComparison.Ordinal) is var at and >= 0
                        ? line[(at + 2)..]
                        : "")
                    .Where(name => name.Length > 0),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
