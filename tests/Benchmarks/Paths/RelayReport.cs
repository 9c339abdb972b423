using System.Globalization;

namespace Straightwire.Benchmarks.Paths;

/// <summary>What one direction of a connection has sent, as it came to the relay.</summary>
/// <param name="IsDown">Whether the server sent it.</param>
/// <param name="Server">The server's address and port.</param>
/// <param name="Bytes">Bytes of payload, those that were sent again included.</param>
/// <param name="Again">Bytes of payload that had come before.</param>
/// <param name="Cut">Segments that were lost because of their number.</param>
/// <param name="First">When the first payload came, in seconds of the relay's clock.</param>
/// <param name="Last">When the last payload came.</param>
internal sealed record FlowReport(
    bool IsDown, string Server, long Bytes, long Again, long Cut, double First, double Last);

/// <summary>What a relay tells at its end.</summary>
/// <param name="Flows">A line for each direction of each connection.</param>
/// <param name="Late50">How late half of the frames left at most, in µs.</param>
/// <param name="Late99">How late 99 % of the frames left at most, in µs.</param>
/// <param name="LateMax">How late the last of them left, in µs.</param>
/// <param name="Faults">Frames that the relay itself lost, or that no cable would have carried.</param>
internal sealed record RelayReport(
    IReadOnlyList<FlowReport> Flows, double Late50, double Late99, double LateMax, long Faults)
{
    private static readonly string[] FaultNames = ["unread", "giants", "unsent"];

    /// <summary>Bytes of payload that had come before.</summary>
    public long Again => Flows.Sum(f => f.Again);

    /// <summary>Bytes of payload that came for the first time.</summary>
    public long Fresh => Flows.Sum(f => f.Bytes - f.Again);

    /// <summary>Seconds from the first payload to the last.</summary>
    public double Span => Flows.Where(f => f.Bytes > 0).Select(f => f.Last).DefaultIfEmpty().Max()
        - Flows.Where(f => f.Bytes > 0).Select(f => f.First).DefaultIfEmpty().Min();

    /// <summary>Reads what the relay wrote.</summary>
    /// <exception cref="InvalidOperationException">It did not come to its end.</exception>
    public static RelayReport Read(string text)
    {
        List<FlowReport> flows = [];
        Dictionary<string, string> relay = [];
        long poolDrops = 0;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            Dictionary<string, string> values = words.Skip(1).Select(w => w.Split('=', 2))
                .ToDictionary(pair => pair[0], pair => pair[1]);
            switch (words[0])
            {
                case "flow":
                    flows.Add(new FlowReport(
                        values["direction"] == "down", values["server"], Integer(values["bytes"]),
                        Integer(values["again"]), Integer(values["cut"]), Number(values["first"]),
                        Number(values["last"])));
                    break;
                case "path":
                    poolDrops += Integer(values["pool_drops"]);
                    break;
                case "relay":
                    relay = values;
                    break;
            }
        }
        if (relay.Count == 0)
        {
            throw new InvalidOperationException("the relay has ended before it was to");
        }
        return new RelayReport(
            flows, Number(relay["late50_us"]), Number(relay["late99_us"]), Number(relay["late_max_us"]),
            poolDrops + FaultNames.Sum(name => Integer(relay[name])));
    }

    private static long Integer(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
