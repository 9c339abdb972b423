using System.Globalization;

namespace Straightwire.Benchmarks.Rig;

/// <summary>A server on core 1, and a shell on core 0 in the namespace of its clients.</summary>
internal sealed class RunningServer : IDisposable
{
    private readonly NamespaceShell _shell = new();
    private readonly string _command;
    private readonly string _enter;
    private readonly string _exemption;
    private readonly string _log;
    private bool _isExempting = true;

    /// <summary>Makes the link and starts the server.</summary>
    public RunningServer(ServerKind kind, BenchmarkDirectory directory)
    {
        Kind = kind;
        Address = kind.Link == ServerLink.Tap ? "198.18.0.2" : "198.18.1.2";
        Url = $"{kind.Scheme}://{Address}";
        _enter = "";

        // 10,000 connections a measurement leave as many ports behind: with fewer, or held for a minute, the
        // client's core would be busy looking for free ones.
        _shell.Run("echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range && "
            + "echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse");
        if (kind.Tool is not null)
        {
            _shell.Run($"command -v {kind.Tool} || {{ echo 'install the package {kind.Tool}'; false; }}");
        }
        if (kind.Link == ServerLink.Veth)
        {
            _enter = MakeVeth();
        }
        if (kind.Link == ServerLink.Veth && !kind.HasOwnStack)
        {
            Congestion = _shell.Run($"for c in cubic reno; do {_enter} bash -c "
                + "\"echo $c > /proc/sys/net/ipv4/tcp_congestion_control\" 2>/dev/null && break; done; "
                + $"{_enter} cat /proc/sys/net/ipv4/tcp_congestion_control");
        }
        _command = $"{_enter} {Pin(1)} {kind.Command(directory, Address)}";
        _exemption = kind.Exemption?.Invoke(directory) ?? "";
        _log = Path.Combine(Path.GetDirectoryName(directory.Content)!, kind.Name + ".log");
        Start();
    }

    /// <summary>Which server.</summary>
    public ServerKind Kind { get; }

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>Scheme and address.</summary>
    public string Url { get; }

    /// <summary>What the peer's kernel uses; ours is not the kernel's.</summary>
    public string? Congestion { get; }

    /// <summary>The server's process.</summary>
    public int Id { get; private set; }

    /// <summary>What the server wrote.</summary>
    public string Log => File.ReadAllText(_log);

    /// <summary>Runs a command beside the server, on core 0.</summary>
    public string Client(string command) => _shell.Run($"{Pin(0)} {command}");

    /// <summary>
    /// Starts the server and returns the seconds until the first response has come. A connection that is lost
    /// before the server listens is tried anew at once, and not by TCP a second later.
    /// </summary>
    public double Start()
    {
        string[] times = _shell.Run($$"""
            SECONDS=0 start=$EPOCHREALTIME
            {{_command}} {{(_isExempting ? _exemption : "")}} </dev/null >'{{_log}}' 2>&1 & server=$!
            until curl -s -o /dev/null --connect-timeout 0.1 --max-time 5 {{Url}}/1k.bin; do
              kill -0 $server 2>/dev/null && ((SECONDS < 120)) || break
              sleep 0.005
            done
            end=$EPOCHREALTIME
            kill -0 $server 2>/dev/null && echo $start $end $server || { cat '{{_log}}'; false; }
            """).Split('\n')[^1].Split(' ');
        Id = int.Parse(times[2], CultureInfo.InvariantCulture);
        double[] moments = [.. times[..2].Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        return moments[1] - moments[0];
    }

    /// <summary>
    /// Stops the server, starts it anew and returns the seconds until the first response has come.
    /// </summary>
    public double Restart()
    {
        _shell.Run($"kill {Id}; wait {Id}; true");
        return Start();
    }

    /// <summary>
    /// Has the load generator exempt from the limits of a peer, or not, by a start anew where that is a
    /// change.
    /// </summary>
    public void Exempt(bool isExempting)
    {
        if (isExempting != _isExempting && _exemption.Length > 0)
        {
            _isExempting = isExempting;
            Restart();
        }
    }

    /// <summary>The offloads of the link, where ethtool is there to tell.</summary>
    public string Offload() => _shell.Run("""
        device=$(ip -o link | awk -F'[ :@]+' '$2 != "lo" { print $2; exit }')
        if command -v ethtool >/dev/null; then
          ethtool -k $device | awk '/^(tcp-segmentation|generic-segmentation|generic-receive)-offload/ {
            sub("-offload", ""); printf "%s%s", separator, $0; separator = ", " }'
        else
          echo "offloads as the kernel makes $device (TSO and GSO on)"
        fi
        """);

    /// <summary>Stops the server and removes the namespaces.</summary>
    public void Dispose() => _shell.Dispose();

    /// <summary>
    /// Makes a namespace for the server, with the address on a veth; returns what enters it.
    /// </summary>
    private string MakeVeth()
    {
        string peer = _shell.Run("""
            unshare --net sleep infinity & peer=$!
            own=$(readlink /proc/self/ns/net)
            while [ "$(readlink /proc/$peer/ns/net)" = "$own" ]; do sleep 0.01; done
            echo $peer
            """).Split('\n')[^1];
        string enter = $"nsenter --net=/proc/{peer}/ns/net";
        _shell.Run($"ip link add client type veth peer name server netns {peer} && "
            + "ip address add 198.18.1.1/24 dev client && ip link set client up && "
            + $"{enter} ip address add {Address}/24 dev server && {enter} ip link set lo up && "
            + $"{enter} ip link set server up");
        return enter;
    }

    private static string Pin(int core) => Environment.ProcessorCount > core ? $"taskset -c {core}" : "";
}
