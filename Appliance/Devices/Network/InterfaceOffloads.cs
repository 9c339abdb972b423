using System.Runtime.InteropServices;
using System.Text;

namespace Straightwire.Devices.Network;

/// <summary>
/// What an interface does for a kernel's stack (ethtool -k), for IPv4 where it makes a difference; null: the
/// kernel does not tell.
/// </summary>
public readonly record struct InterfaceOffloads
{
    // linux/ethtool.h.
    private const uint GetFeatures = 0x3A;
    private const uint GetStrings = 0x1B;
    private const uint GetStringCounts = 0x37;
    private const uint FeatureStrings = 4;
    private const int StringLength = 32;
    private const int StringsAt = 12;
    private const int CountsAt = 16;
    private const int BlocksAt = 8;
    private const int BlockLength = 16;
    private const int ActiveAt = 8;
    private const int FeaturesMax = 1024;

    /// <summary>It completes checksums of what is sent.</summary>
    public bool? TransmitChecksum { get; init; }

    /// <summary>It takes frames that lie in pieces of memory.</summary>
    public bool? ScatterGather { get; init; }

    /// <summary>It cuts TCP segments (TSO).</summary>
    public bool? Segmentation { get; init; }

    /// <summary>It verifies checksums of what arrives.</summary>
    public bool? ReceiveChecksum { get; init; }

    /// <summary>The kernel merges received segments (GRO).</summary>
    public bool? MergesInKernel { get; init; }

    /// <summary>It merges received segments itself (LRO).</summary>
    public bool? MergesInHardware { get; init; }

    /// <summary>
    /// It takes VLAN tags out of what arrives, so that AF_XDP cannot tell a VLAN's frames from others.
    /// </summary>
    public bool? TakesTagsOut { get; init; }

    /// <summary>Checksums may be left to it.</summary>
    public bool Sums => TransmitChecksum != false;

    /// <summary>
    /// Segments may be left to it: they are summed when they are cut, and lie in pieces. The kernel would do
    /// for it what it does not.
    /// </summary>
    public bool Cuts => Sums && ScatterGather != false && Segmentation != false;

    /// <summary>Asks the kernel by a socket that is open; that needs no privilege.</summary>
    internal static InterfaceOffloads Read(RouteSocket route, string name)
    {
        string[] features = NamesOf(route, name);
        int blocks = (features.Length + 31) / 32;
        byte[] answer = new byte[BlocksAt + (blocks * BlockLength)];
        MemoryMarshal.Write(answer.AsSpan(4), blocks);
        if (blocks == 0 || !route.TryEthtool(name, GetFeatures, answer))
        {
            return default;
        }
        return new InterfaceOffloads
        {
            TransmitChecksum = Any(IsActive("tx-checksum-ip-generic"), IsActive("tx-checksum-ipv4")),
            ScatterGather = IsActive("tx-scatter-gather"),
            Segmentation = IsActive("tx-tcp-segmentation"),
            ReceiveChecksum = IsActive("rx-checksum"),
            MergesInKernel = IsActive("rx-gro"),
            MergesInHardware = IsActive("rx-lro"),
            TakesTagsOut = IsActive("rx-vlan-hw-parse"),
        };

        bool? IsActive(string feature)
        {
            int bit = Array.IndexOf(features, feature);
            return bit < 0
                ? null
                : (MemoryMarshal.Read<uint>(answer.AsSpan(BlocksAt + (bit / 32 * BlockLength) + ActiveAt))
                    >> (bit % 32) & 1) != 0;
        }
    }

    private static bool? Any(bool? one, bool? other) => one == true ? one : other ?? one;

    /// <summary>
    /// The kernel's names of features, in the order of their bits, which changes with its version.
    /// </summary>
    private static string[] NamesOf(RouteSocket route, string name)
    {
        Span<byte> counts = stackalloc byte[CountsAt + sizeof(uint)];
        counts.Clear();
        MemoryMarshal.Write(counts[8..], 1UL << (int)FeatureStrings);
        if (!route.TryEthtool(name, GetStringCounts, counts)
            || MemoryMarshal.Read<uint>(counts[CountsAt..]) is 0 or > FeaturesMax)
        {
            return [];
        }
        uint count = MemoryMarshal.Read<uint>(counts[CountsAt..]);
        byte[] strings = new byte[StringsAt + (count * StringLength)];
        MemoryMarshal.Write(strings.AsSpan(4), FeatureStrings);
        MemoryMarshal.Write(strings.AsSpan(8), count);
        return !route.TryEthtool(name, GetStrings, strings)
            ? []
            : [.. Enumerable.Range(0, (int)count).Select(i => TextOf(
                strings.AsSpan(StringsAt + (i * StringLength), StringLength)))];
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
