using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;
using Straightwire.Devices.Native;
using Straightwire.Devices.Network;

using CaptureInterface = SharpPcap.LibPcap.PcapInterface;

namespace Straightwire.Devices.Pcap;

/// <summary>
/// An interface that libpcap has opened: immediate, so that no frame waits for company, and never blocking.
/// </summary>
internal sealed class CaptureHandle : LibPcapLiveDevice
{
    private const int Got = 1;
    private const int Nothing = 0;

    // struct pcap_pkthdr: a struct timeval, then the bytes captured and the bytes there were. timeval is two
    // longs but for Windows, whose long has 32 bits.
    private static readonly int CapturedAt = OperatingSystem.IsWindows() || nint.Size == 4 ? 8 : 16;

    private CaptureHandle(CaptureInterface captured)
        : base(captured)
    {
    }

    /// <summary>Is readable when a frame has arrived.</summary>
    public int Descriptor => FileDescriptor;

    /// <summary>Opens it, with the filter for the server's frames.</summary>
    /// <param name="grant">Which, and for whom.</param>
    /// <param name="frameMax">Bytes of the longest frame.</param>
    /// <param name="ringBytes">Bytes of frames that the kernel keeps for us.</param>
    /// <exception cref="LinkException">It cannot be had; the message says what to do.</exception>
    public static CaptureHandle Open(LinkGrant grant, int frameMax, int ringBytes)
    {
        CaptureHandle? opened = null;
        try
        {
            opened = new CaptureHandle(Find(grant.Interface));
            opened.Open(new DeviceConfiguration
            {
                Mode = grant.IsPromiscuous ? DeviceModes.Promiscuous : DeviceModes.None,
                Immediate = true,
                Snaplen = frameMax,
                BufferSize = ringBytes,
            });
            if (opened.LinkType != LinkLayers.Ethernet)
            {
                throw new LinkException(
                    $"libpcap gives no Ethernet frames of {grant.Interface} but {opened.LinkType}: choose " +
                    "another interface.");
            }
            opened.Filter = PcapInterface.FilterFor(grant.Mac, grant.Address.Address);
            opened.NonBlockingMode = true;
            return opened;
        }
        catch (Exception e) when (Explain(e, grant.Interface) is { } message)
        {
            opened?.Dispose();
            throw new LinkException(message);
        }
        catch
        {
            opened?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Copies the next frame; its length, 0 when there is none, or a negative number when the capture has
    /// failed.
    /// </summary>
    public int Next(Span<byte> destination)
    {
        nint header = 0;
        nint data = 0;
        int result = GetNextPacketPointers(ref header, ref data);
        if (result != Got)
        {
            return result == Nothing ? 0 : -1;
        }
        int length = (int)Math.Min(NativeBytes.ReadUInt32(header + CapturedAt), (uint)destination.Length);
        NativeBytes.Read(data, destination[..length]);
        return length;
    }

    private static CaptureInterface Find(string name)
    {
        LibPcapLiveDeviceList all = LibPcapLiveDeviceList.New();
        return all.FirstOrDefault(device => device.Name == name)?.Interface
            ?? throw new LinkException(
                $"libpcap knows no interface {name}, only " +
                $"{string.Join(", ", all.Select(device => device.Name))}.");
    }

    /// <summary>What an operator is told; null for what is no fault of the machine.</summary>
    private static string? Explain(Exception e, string name) => e switch
    {
        DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException } =>
            "The pcap link needs libpcap, which is not installed: install it (Debian's package is " +
            "libpcap0.8), or use another link.",
        PcapException { Error: PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied } =>
            $"Capturing on {name} needs CAP_NET_RAW: run as root, or give the program or the container the " +
            "capability (--cap-add NET_RAW).",
        PcapException => $"libpcap does not open {name}: {e.Message}",
        _ => null,
    };
}
