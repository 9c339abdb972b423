using System.Globalization;

namespace Straightwire.Benchmarks.Paths;

/// <summary>One run of a row.</summary>
/// <param name="Row">Which row.</param>
/// <param name="Round">Its round, from 1: the seed of what is random, the same for all servers.</param>
/// <param name="Rounds">How many there are.</param>
/// <param name="Capture">Where the relay writes the frames; null: nowhere.</param>
internal sealed record PathRun(PathRow Row, int Round, int Rounds, string? Capture)
{
    // Enough for every rule of recovery to have been at work; tshark reads some MB a second.
    private const int CaptureBytes = 10_000_000;

    // 1,448 bytes of payload take 1,538 of a cable: headers with timestamps, preamble, check sequence, gap.
    private const double CableBytesOfPayload = 1538.0 / 1448;

    /// <summary>The relay's arguments but its interfaces.</summary>
    public IEnumerable<string> RelaySettings =>
    [
        .. Row.Settings.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        string.Create(CultureInfo.InvariantCulture, $"seed={Round}"),
        .. Capture is null ? (string[])[] : [$"capture={Capture}", $"capture_bytes={CaptureBytes}"],
    ];

    /// <summary>The part of the link that what the relay saw has used.</summary>
    public double UseOf(RelayReport report) =>
        report.Fresh * CableBytesOfPayload * 8 / (Row.Rate * 1e6 * Math.Max(report.Span, 1e-3));
}
