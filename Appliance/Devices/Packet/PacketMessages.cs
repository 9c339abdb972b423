using Straightwire.Devices.Native;
using Straightwire.Devices.Tap;

namespace Straightwire.Devices.Packet;

/// <summary>The messages of one sendmmsg on a packet socket, and what comes of sending them.</summary>
internal sealed unsafe class PacketMessages(int descriptor, string name)
{
    /// <summary>Messages of one call.</summary>
    public const int Max = 256;

    private readonly MessageHeader[] _messages = GC.AllocateArray<MessageHeader>(Max, pinned: true);

    /// <summary>
    /// Messages that the interface had no room for, or was down for: lost like frames on a wire, and sent
    /// again by TCP.
    /// </summary>
    public long Lost { get; private set; }

    /// <summary>A message, to be filled.</summary>
    public ref MessageHeader this[int index] => ref _messages[index];

    /// <summary>
    /// Sends messages from one up to another. Returns how many went or were lost; those that follow did not
    /// because of <paramref name="error"/>: EFAULT, the memory of the next is gone; EAGAIN, there is no room;
    /// or 0.
    /// </summary>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public int Send(int from, int to, out int error)
    {
        var messages = (MessageHeader*)SegmentVectors.AddressOf(_messages);
        int next = from;
        error = 0;
        while (next < to)
        {
            // After some have gone, the error of the one behind shows at the next call.
            int sent = Syscalls.SendMessages(descriptor, messages + next, (uint)(to - next), flags: 0);
            if (sent >= 0)
            {
                next += sent;
                continue;
            }
            error = NativeError.Last;
            switch (error)
            {
                case NativeError.Interrupted:
                    break;
                case NativeError.NoBuffers or NativeError.NetworkDown or NativeError.MessageTooLong:
                    // Too long where the interface's MTU has just been lowered: sent again, but smaller.
                    Lost++;
                    next++;
                    break;
                case NativeError.Fault or NativeError.TryAgain:
                    return next - from;
                default:
                    throw Gone(error);
            }
            error = 0;
        }
        return next - from;
    }

    /// <summary>What an operator is told.</summary>
    public LinkException Gone(int error) => new(error is NativeError.NoDeviceAddress or NativeError.NoDevice
        ? LinkException.Deleted(name)
        : $"The packet socket on {name} fails: {NativeError.Describe(error)}.");
}
