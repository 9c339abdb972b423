using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks;

/// <summary>
/// A load, and how its result is read; one row of the tables, or some that belong together.
/// </summary>
internal interface IBenchmarkRow
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>Whether a round that does not count goes first: code is compiled, caches are warm.</summary>
    bool WarmsUp { get; }

    /// <summary>
    /// Whether ours sets no limits to the load generator, which is one peer for all clients.
    /// </summary>
    bool ExemptsClients => true;

    /// <summary>Puts the load on a server once.</summary>
    /// <exception cref="InvalidOperationException">The load generator failed, or saw an error.</exception>
    IReadOnlyList<Measurement> Measure(RunningServer server, int seconds);
}
