using Straightwire.Devices.Native;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Time;

namespace Straightwire.Devices.Xdp;

/// <summary>
/// ARP that the XDP program leaves to the kernel: all of it on an address that the kernel has too, and what
/// is about others, which may tell that a neighbour has moved. Copies come by a packet socket, and are shown
/// among the received frames. They are few, so that looking for them costs a system call only now and then.
/// </summary>
internal sealed unsafe class XdpArp(int descriptor, byte* memory, long start)
{
    private const long LookEveryNanoseconds = 1_000_000;

    private readonly byte* _memory = memory;
    private Instant _lookAt;

    /// <summary>The packet socket that hears ARP beside the queue.</summary>
    public int Descriptor => descriptor;

    /// <summary>Fills <paramref name="frames"/> with what has come, and returns how many.</summary>
    public int Receive(Span<Frame> frames, Instant now, bool isReady)
    {
        if (!isReady && now < _lookAt)
        {
            return 0;
        }
        _lookAt = now.Plus(LookEveryNanoseconds);
        int count = 0;
        while (count < frames.Length && count < XdpLayout.ArpMax)
        {
            long at = start + (count * XdpLayout.ArpLength);
            nint length = Syscalls.Receive(
                descriptor, _memory + at, XdpLayout.ArpLength, Syscalls.DoNotWait);
            if (length <= 0)
            {
                break;
            }
            frames[count++] = new Frame(at, (int)length, ReceiveChecksum.Trusted);
        }
        return count;
    }
}
