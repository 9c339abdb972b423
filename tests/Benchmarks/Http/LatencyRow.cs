using System.Globalization;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks.Http;

/// <summary>Times of answers at a fixed rate, which is the same for all servers.</summary>
/// <param name="perSecond">Requests a second; asked for when the row is measured.</param>
internal sealed class LatencyRow(Func<int> perSecond) : IBenchmarkRow
{
    private const int Connections = 64;

    /// <inheritdoc/>
    public string Name => "latency";

    /// <inheritdoc/>
    public bool WarmsUp => false;

    /// <inheritdoc/>
    public IReadOnlyList<Measurement> Measure(RunningServer server, int seconds)
    {
        int rate = perSecond();
        // Code is compiled once, before the load: a compiler beside it on one core would be in the times.
        string output = server.Client(FormattableString.Invariant(
            $"env DOTNET_TieredCompilation=0 '{Environment.ProcessPath}' ")
            + FormattableString.Invariant(
            $"--latency {server.Address} 1k.bin {rate} {Connections} {seconds}"));
        double[] times = [.. output.Split('\n').Select(l => double.Parse(l, CultureInfo.InvariantCulture))];
        string load = string.Create(CultureInfo.InvariantCulture, $"at {rate:N0} requests/s, µs");
        return
        [
            Measurement.Of($"median time {load}", times[0]),
            Measurement.Of($"p99 {load}", times[1]),
            Measurement.Of($"p99.9 {load}", times[2]),
        ];
    }
}
