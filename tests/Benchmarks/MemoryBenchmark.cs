namespace Straightwire.Benchmarks;

/// <summary>Two shards joined in memory, without a kernel: requests a second on one core.</summary>
internal static class MemoryBenchmark
{
    /// <summary>Measures and prints.</summary>
    public static int Run(BenchmarkOptions options)
    {
        _ = options;
        return 1;
    }
}
