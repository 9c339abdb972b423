using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp.Data;

/// <summary>Holds a transfer to a rate: bytes fall due evenly from its begin on.</summary>
/// <param name="bytesPerSecond">The rate; 0 for none.</param>
internal readonly struct Pacer(long bytesPerSecond)
{
    private const long TickNanoseconds = 20_000_000;

    /// <summary>Whether there is a rate.</summary>
    public bool IsActive => bytesPerSecond > 0;

    /// <summary>Bytes that may pass now.</summary>
    public long Allowance(Instant startedAt, Instant now, long passed)
    {
        double due = (now.Since(startedAt) + TickNanoseconds) / 1e9 * bytesPerSecond;
        return Math.Max(0, (long)due - passed);
    }

    /// <summary>When to go on.</summary>
    public static Instant Next(Instant now) => now.Plus(TickNanoseconds);
}
