using System.Globalization;

namespace Straightwire.Stack.Wire;

/// <summary>An interface's address with the length of its network's prefix.</summary>
public readonly record struct Ipv4Prefix(Ipv4Address Address, int Length)
{
    /// <summary>The bits that all of the network share.</summary>
    public uint Mask => Length == 0 ? 0 : uint.MaxValue << (32 - Length);

    /// <summary>Whether an address is on the network.</summary>
    public bool Contains(Ipv4Address other) => ((other.Value ^ Address.Value) & Mask) == 0;

    /// <summary>
    /// The network's directed broadcast address; LimitedBroadcast for /31 and /32, which have none (RFC
    /// 3021).
    /// </summary>
    public Ipv4Address Broadcast => Length >= 31 ? Ipv4Address.LimitedBroadcast : new(Address.Value | ~Mask);

    /// <summary>Reads an address and a length, as "a.b.c.d/n".</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Ipv4Prefix prefix)
    {
        prefix = default;
        int slash = text.IndexOf('/');
        if (slash < 0
            || !Ipv4Address.TryParse(text[..slash], out Ipv4Address address)
            || !int.TryParse(
                text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > 32)
        {
            return false;
        }
        prefix = new Ipv4Prefix(address, length);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");
}
