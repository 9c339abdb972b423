using System.Net;
using System.Runtime.Versioning;
using Straightwire.Benchmarks.Http;
using Straightwire.Benchmarks.Rig;

// Namespaces, TAP and /proc.
[assembly: SupportedOSPlatform("linux")]

namespace Straightwire.Benchmarks;

internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is ["--serve-kestrel", var content, var url])
        {
            KestrelServer.Run(content, url);
            return 0;
        }
        switch (args)
        {
            case ["--ftp-login", var address, var path, var sessions]:
                return Ftp.FtpClient.LogIn(address, path, sessions);
            case ["--ftp-idle", var address, var process, var sessions]:
                return Ftp.FtpClient.Idle(address, process, sessions);
            case ["--idle", var address, var process, var connections]:
                return IdleMemory.Measure(
                    process, connections, () => new HttpConnection(IPAddress.Parse(address), "1k.bin"));
            case ["--latency", var address, var path, var rate, var connections, var seconds]:
                return LatencyClient.Run(address, path, rate, connections, seconds);
        }
        if (args is ["--help" or "-h"])
        {
            Console.WriteLine(BenchmarkOptions.Usage);
            return 0;
        }
        if (BenchmarkOptions.TryParse(args, out string fault) is not { } options)
        {
            Console.Error.WriteLine(fault);
            Console.Error.WriteLine(BenchmarkOptions.Usage);
            return 2;
        }
        if (options.Memory)
        {
            return Memory.MemoryBenchmark.Run(options);
        }
        return options switch
        {
            { Paths: { } paths } => Paths.PathBenchmark.Run(options, paths),
            { EnduranceMinutes: > 0 } => EnduranceBenchmark.Run(options, options.EnduranceMinutes),
            { Files.Length: > 0 } => FilesBenchmark.Run(options, options.Files),
            _ => WireBenchmark.Run(options),
        };
    }
}
