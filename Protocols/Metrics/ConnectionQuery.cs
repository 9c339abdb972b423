using System.Globalization;
using System.Text;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>Which connections are asked for, how many of them, and in what form.</summary>
public sealed class ConnectionQuery
{
    /// <summary>Connections that are listed unless a limit is given.</summary>
    public const int LimitDefault = 1000;

    /// <summary>The greatest limit.</summary>
    public const int LimitMax = 100_000;

    private const string Grammar =
        "state=NAME[,NAME...], peer=ADDRESS[/LENGTH], port=NUMBER, limit=NUMBER, format=text or json";

    private static readonly string[] StateNames =
        [.. Enum.GetNames<TcpState>().Select(ConnectionNames.Of)];

    // All but those that only wait for the end of TIME-WAIT, as the metric `connections` counts them.
    private int _states = ~(1 << (int)TcpState.TimeWait);
    private IpPrefix? _peer;
    private ushort? _port;

    private ConnectionQuery()
    {
    }

    /// <summary>Most connections that are listed; more are counted.</summary>
    public int Limit { get; private set; } = LimitDefault;

    /// <summary>Whether the listing is JSON.</summary>
    public bool IsJson { get; private set; }

    /// <summary>Reads the query of a target.</summary>
    /// <param name="query">With its question mark; empty when there is none.</param>
    /// <param name="prefersJson">Whether it is JSON unless the query says otherwise.</param>
    /// <param name="fault">What is wrong, and what would be right: a sentence.</param>
    /// <returns>The query; null when it is wrong.</returns>
    public static ConnectionQuery? TryParse(ReadOnlySpan<byte> query, bool prefersJson, out string fault)
    {
        var parsed = new ConnectionQuery { IsJson = prefersJson };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string text = Uri.UnescapeDataString(Encoding.ASCII.GetString(query)).TrimStart('?');
        foreach (string part in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = part.Split('=', 2);
            string value = sides.Length > 1 ? sides[1] : "";
            fault = seen.Add(sides[0]) ? parsed.Take(sides[0], value) : $"{sides[0]} is given twice";
            if (fault.Length > 0)
            {
                fault = Printable($"{fault}.");
                return null;
            }
        }
        fault = "";
        return parsed;
    }

    /// <summary>Whether a connection is asked for.</summary>
    public bool Matches(in FlowKey flow, TcpState state) =>
        ((_states >> (int)state) & 1) != 0
        && (_port is not { } port || flow.LocalPort == port)
        && (_peer is not { } peer || peer.Contains(flow.RemoteAddress));

    private string Take(string key, string value)
    {
        switch (key)
        {
            case "state":
                return TakeStates(value);
            case "peer":
                _peer = IpPrefix.TryParse(value, out IpPrefix peer) ? peer : null;
                return _peer is null ? $"peer is an address or a network, like 198.18.0.0/24: '{value}'" : "";
            case "port":
                bool isPort = ushort.TryParse(
                    value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port);
                _port = port;
                return !isPort ? $"port is a number from 0 to 65535: '{value}'" : "";
            case "limit":
                return TakeLimit(value);
            case "format":
                IsJson = value == "json";
                return value is "json" or "text" ? "" : $"format is text or json: '{value}'";
            default:
                return $"'{key}' is nothing to ask for; these are: {Grammar}";
        }
    }

    private string TakeLimit(string value)
    {
        bool isNumber = int.TryParse(
            value, NumberStyles.None, CultureInfo.InvariantCulture, out int limit);
        Limit = limit;
        return isNumber && limit is >= 1 and <= LimitMax
            ? ""
            : FormattableString.Invariant($"limit is a number from 1 to {LimitMax}: '{value}'");
    }

    private string TakeStates(string value)
    {
        _states = 0;
        foreach (string name in value.Split(','))
        {
            int state = Array.IndexOf(StateNames, name);
            if (name != "all" && state < 0)
            {
                return $"state is all, or of {string.Join(", ", StateNames[1..])}: '{name}'";
            }
            _states |= name == "all" ? ~0 : 1 << state;
        }
        return "";
    }

    // What came is told back, in the bytes of a terminal that may believe anything.
    private static string Printable(string text) =>
        string.Concat(text.Select(letter => letter is >= ' ' and <= '~' ? letter : '?'));
}
