using SharpPcap;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Link;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Devices.Pcap;

/// <summary>
/// A link over libpcap: one call for each received frame, which is copied from the ring that libpcap shares
/// with the kernel, and one for each sent. It needs nothing from an interface but that libpcap knows it, and
/// is slower than every other link.
/// </summary>
public sealed class PcapDevice : IPlainLink
{
    /// <summary>
    /// Bytes of the longest frame: an IP packet of 65,535 bytes, which the kernel merges of received ones,
    /// and an Ethernet header; in cache lines.
    /// </summary>
    private const int FrameSpace = 65_600;

    /// <summary>Bytes of a receive batch.</summary>
    private const int ReceiveSpace = 1 << 20;

    /// <summary>
    /// Bytes of the kernel's ring. Where an interface merges segments, every frame takes the room of the
    /// longest one, so that these are some hundreds.
    /// </summary>
    private const int RingBytes = 32 << 20;

    /// <summary>
    /// Bytes that a socket surely takes once it says that it is writable: half of its send buffer, which is
    /// net.core.wmem_default, 208 KB everywhere.
    /// </summary>
    private const int RoomWhenWritable = 100_000;

    private const int CacheLine = 64;

    private readonly string _name;
    private readonly bool _trustsChecksums;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(ReceiveSpace);
    private readonly byte[] _frame;
    private readonly DescriptorWait _wait = new();
    private readonly CaptureHandle _capture;
    private int _room;

    /// <summary>Opens libpcap's capture of the interface.</summary>
    /// <param name="grant">What <see cref="PcapInterface.Open"/> gave.</param>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public PcapDevice(LinkGrant grant)
    {
        _name = grant.Interface;
        _trustsChecksums = grant.TrustsChecksums;
        Mtu = grant.Mtu;
        _frame = GC.AllocateUninitializedArray<byte>(EthernetHeader.Length + Mtu);
        try
        {
            _capture = CaptureHandle.Open(grant, FrameSpace, RingBytes);
        }
        catch
        {
            _wait.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <summary>Frames that libpcap refused to send: the interface was down, or its queue was full.</summary>
    public long Refused { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="LinkException">The interface is gone.</exception>
    public int Receive(Span<Frame> frames, Instant now)
    {
        int count = 0;
        int start = 0;
        while (count < frames.Length && start <= ReceiveSpace - FrameSpace)
        {
            int length = _capture.Next(_received.AsSpan(start, FrameSpace));
            if (length < 0)
            {
                throw new LinkException(
                    $"The interface {_name} fails: {_capture.LastError}. Start the server again once it is " +
                    "there.");
            }
            if (length == 0)
            {
                break;
            }
            if (length >= EthernetHeader.Length)
            {
                frames[count++] = new Frame(start, length, Judge(_received.AsSpan(start, length)));
                start += (length + CacheLine - 1) & -CacheLine;
            }
        }
        return count;
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(in Frame frame) => _received.AsSpan((int)frame.Buffer, frame.Length);

    /// <inheritdoc/>
    public Span<byte> Reserve(Instant now)
    {
        // libpcap tells a full socket by an exception, and thus too dearly to find out by trying.
        if (_room < CostOf(_frame.Length))
        {
            if (!DescriptorWait.IsWritable(_capture.Descriptor))
            {
                return [];
            }
            _room = Math.Max(RoomWhenWritable, CostOf(_frame.Length));
        }
        return _frame;
    }

    /// <inheritdoc/>
    public void Commit(int length, ushort checksumStart, ushort checksumOffset, Instant now)
    {
        _room -= CostOf(length);
        try
        {
            _capture.SendPacket(_frame.AsSpan(0, length));
        }
        catch (PcapException)
        {
            // Lost, like a frame on a pulled cable; that the interface is gone is told by Receive.
            Refused++;
        }
    }

    /// <inheritdoc/>
    public void Flush(Instant now)
    {
        // Every frame left by its own call.
    }

    /// <inheritdoc/>
    public void Wait(Instant deadline, bool forRoom) => _wait.Wait(_capture.Descriptor, forRoom, deadline);

    /// <inheritdoc/>
    public void Wake() => _wait.Wake();

    /// <summary>Ends the capture, and gives the handle back.</summary>
    public void Dispose()
    {
        _wait.Dispose();
        _capture.Dispose();
    }

    /// <summary>At least what the kernel charges the socket for a frame of so many bytes.</summary>
    private static int CostOf(int length) => (2 * length) + 1024;

    private ReceiveChecksum Judge(ReadOnlySpan<byte> frame) =>
        _trustsChecksums || UnfinishedChecksum.IsIn(frame)
            ? ReceiveChecksum.Trusted
            : ReceiveChecksum.Unverified;
}
