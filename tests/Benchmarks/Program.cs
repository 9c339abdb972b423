using System.Runtime.Versioning;

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
        return WireBenchmark.Run(options);
    }
}
