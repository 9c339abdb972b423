namespace Straightwire.Stack.Wire;

/// <summary>An address with the length of its network's prefix.</summary>
/// <param name="Address">An address of the network.</param>
/// <param name="Length">Bits that all of the network share: 0 to 32 of IPv4, 0 to 128 of IPv6.</param>
public readonly record struct IpPrefix(IpAddress Address, int Length)
{
    private const int MappedBits = 96;

    /// <summary>The first address of the network.</summary>
    public IpAddress Network => new(Address.High & HighMask, Address.Low & LowMask);

    /// <summary>Every IPv4 prefix is a prefix.</summary>
    public static implicit operator IpPrefix(Ipv4Prefix prefix) => new(prefix.Address, prefix.Length);

    /// <summary>Reads a prefix as people write it: "198.18.0.0/24".</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static IpPrefix Parse(string text) => Ipv4Prefix.TryParse(text, out Ipv4Prefix prefix)
        ? prefix
        : throw new FormatException($"'{text}' is no address with the length of a prefix");

    /// <summary>Reads a prefix, or an address alone, which is a network of one.</summary>
    public static bool TryParse(string text, out IpPrefix prefix)
    {
        bool isAddress = Ipv4Address.TryParse(text, out Ipv4Address address);
        bool isPrefix = Ipv4Prefix.TryParse(text, out Ipv4Prefix network);
        prefix = isAddress ? new IpPrefix(address, 32) : network;
        return isAddress || isPrefix;
    }

    /// <summary>The IPv4 prefix; what is none has none.</summary>
    public Ipv4Prefix ToIpv4() => new(Address.ToIpv4(), Length);

    /// <summary>Whether an address is in the network; none of the other version is.</summary>
    public bool Contains(IpAddress other) =>
        (((other.High ^ Address.High) & HighMask) | ((other.Low ^ Address.Low) & LowMask)) == 0
        && other.IsIpv4 == Address.IsIpv4;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Address}/{Length}");

    private int Bits => Address.IsIpv4 ? MappedBits + Length : Length;

    private ulong HighMask => MaskOf(Bits);

    private ulong LowMask => MaskOf(Bits - 64);

    private static ulong MaskOf(int bits) => bits <= 0 ? 0 : ulong.MaxValue << (64 - Math.Min(bits, 64));
}
