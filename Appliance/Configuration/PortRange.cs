using System.Globalization;

namespace Straightwire.Appliance.Configuration;

/// <summary>TCP ports from one to another, both included.</summary>
/// <param name="First">The first one.</param>
/// <param name="Last">The last one, not below the first.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    // Ports below are those of services (RFC 6335 §6), one of which a range would hide.
    private const ushort Least = 1024;

    /// <summary>Whether a port is one of them.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Reads "50000-50999".</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (dash < 0
            || !ushort.TryParse(text.AsSpan(0, dash), NumberStyles.None, culture, out ushort first)
            || !ushort.TryParse(text.AsSpan(dash + 1), NumberStyles.None, culture, out ushort last)
            || first < Least || last < first)
        {
            return false;
        }
        range = new PortRange(first, last);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
