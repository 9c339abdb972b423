using System.Globalization;

namespace Straightwire.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed class BenchmarkOptions
{
    /// <summary>How the command line is written.</summary>
    public const string Usage = """
        dotnet run -c Release --project tests/Benchmarks -- [OPTIONS]

          --rounds N        rounds, in each of which every server is measured once a row (5; paths 9)
          --seconds S       seconds of load of one measurement (5)
          --rows A,B        only these rows: keepalive, limited (as that, with the limits of a peer), c1,
                            c1000, c10000 (connections), pipelined, mix, 100k, 10m, connect, latency,
                            syscalls, resident, rest, idle, start;
                            ftp100m1, ftp100m8, ftpmirror, ftplogin, ftpidle
          --servers A,B     only these servers: tap, packet, xdp (ours), nginx, h2o, lighttpd, caddy,
                            kestrel; vsftpd, pure-ftpd
          --baseline PATH   an older published program beside ours on each link, in the same rounds, with
                            those of the options that it knows; and the ratios of ours to it
          --program PATH    ours is this published program, and not the one that the build made
          --plot FILE       draw the ratios to the best peer of each row as SVG
          --serve OPTIONS   further options of `straightwire serve`, as one word
          --files A,B       how cost grows with the number of files: 100,10000,1000000
          --endurance M     ours under full load for so many minutes; fails when memory grows
          --paths [PART]    ours and nginx on Linux through bad networks: the rows that have this in their
                            names, or all; and with it:
          --stars N         so many rows at once, and of those with losses five times as many more (2)
          --tshark          has tshark look at what ours sends in the first round of each row
          --memory          without a kernel: two shards joined in memory, requests/s on one core
        """;

    private int? _rounds;

    /// <summary>Rounds.</summary>
    public int Rounds => _rounds ?? 5;

    /// <summary>Rounds over bad networks, where single ones differ more.</summary>
    public int PathRounds => _rounds ?? 9;

    /// <summary>Parts of the names of paths; empty for all, null for the other benchmarks.</summary>
    public string[]? Paths { get; private set; }

    /// <summary>Paths at once.</summary>
    public int Stars { get; private set; } = 2;

    /// <summary>Whether tshark looks at what passes the relays.</summary>
    public bool Tshark { get; private set; }

    /// <summary>Seconds of one measurement.</summary>
    public int Seconds { get; private set; } = 5;

    /// <summary>Names of rows; empty for all.</summary>
    public string[] Rows { get; private set; } = [];

    /// <summary>Names of servers; empty for all.</summary>
    public string[] Servers { get; private set; } = [];

    /// <summary>Numbers of files; empty for the other benchmarks.</summary>
    public int[] Files { get; private set; } = [];

    /// <summary>Minutes of endurance; 0 for the other benchmarks.</summary>
    public int EnduranceMinutes { get; private set; }

    /// <summary>An older program of ours to compare with; null: none.</summary>
    public string? Baseline { get; private set; }

    /// <summary>Our program; null: what the build made.</summary>
    public string? Program { get; private set; }

    /// <summary>Where the plot goes; null: nowhere.</summary>
    public string? Plot { get; private set; }

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
            else if (arguments[i] == "--tshark")
            {
                options.Tshark = true;
            }
            else if (arguments[i] == "--paths" && (i + 1 == arguments.Length || arguments[i + 1][0] == '-'))
            {
                options.Paths = [];
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
                _rounds = count;
                return true;
            case "--stars" when isCount:
                Stars = count;
                return true;
            case "--paths" when names.All(n => Benchmarks.Paths.PathRows.All.Any(r => r.Name.Contains(n))):
                Paths = names;
                return true;
            case "--seconds" when isCount:
                Seconds = count;
                return true;
            case "--rows" when names.All(WireBenchmark.Names.Contains):
                Rows = names;
                return true;
            case "--servers" when names.All(Rig.ServerKind.Names.Contains):
                Servers = names;
                return true;
            case "--files" when names.All(n => int.TryParse(n, out int files) && files > 0):
                Files = Array.ConvertAll(names, int.Parse);
                return true;
            case "--endurance" when isCount:
                EnduranceMinutes = count;
                return true;
            case "--baseline" when File.Exists(value):
                Baseline = Path.GetFullPath(value);
                return true;
            case "--program" when File.Exists(value):
                Program = Path.GetFullPath(value);
                return true;
            case "--plot":
                Plot = value;
                return true;
            case "--serve":
                ServeOptions = value;
                return true;
            default:
                return false;
        }
    }
}
