using System.Globalization;

namespace Straightwire.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed class BenchmarkOptions
{
    /// <summary>How the command line is written.</summary>
    public const string Usage = """
        dotnet run -c Release --project tests/Benchmarks -- [OPTIONS]

          --rounds N        rounds, in each of which every server is measured once a row (5)
          --seconds S       seconds of load of one measurement (5)
          --rows A,B        only these rows: keepalive, pipelined, 100k, 10m, connect, start;
                            ftp100m1, ftp100m8, ftpmirror, ftplogin, ftpidle
          --servers A,B     only these servers: ours, nginx, lighttpd, kestrel; vsftpd
          --serve OPTIONS   further options of `straightwire serve`, as one word
          --memory          without a kernel: two shards joined in memory, requests/s on one core
        """;

    private static readonly string[] RowNames =
        [.. Workload.Names, .. Ftp.FtpWorkload.All.Select(w => w.Name)];

    /// <summary>Rounds.</summary>
    public int Rounds { get; private set; } = 5;

    /// <summary>Seconds of one measurement.</summary>
    public int Seconds { get; private set; } = 5;

    /// <summary>Names of rows; empty for all.</summary>
    public string[] Rows { get; private set; } = [];

    /// <summary>Names of servers; empty for all.</summary>
    public string[] Servers { get; private set; } = [];

    /// <summary>Further options of our server.</summary>
    public string ServeOptions { get; private set; } = "";

    /// <summary>The benchmark without a kernel.</summary>
    public bool Memory { get; private set; }

    /// <summary>Reads a command line; null, with what is wrong, when it is at fault.</summary>
    public static BenchmarkOptions? TryParse(string[] arguments, out string fault)
    {
        var options = new BenchmarkOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--memory")
            {
                options.Memory = true;
            }
            else if (i + 1 == arguments.Length || !options.TrySet(arguments[i], arguments[i + 1]))
            {
                fault = $"{arguments[i]}: not an option, or not with this value";
                return null;
            }
            else
            {
                i++;
            }
        }
        fault = "";
        return options;
    }

    private bool TrySet(string name, string value)
    {
        bool isCount = int.TryParse(value, CultureInfo.InvariantCulture, out int count) && count > 0;
        string[] names = value.Split(',');
        switch (name)
        {
            case "--rounds" when isCount:
                Rounds = count;
                return true;
            case "--seconds" when isCount:
                Seconds = count;
                return true;
            case "--rows" when names.All(n => RowNames.Contains(n)):
                Rows = names;
                return true;
            case "--servers" when names.All(Rig.ServerKind.Names.Contains):
                Servers = names;
                return true;
            case "--serve":
                ServeOptions = value;
                return true;
            default:
                return false;
        }
    }
}
