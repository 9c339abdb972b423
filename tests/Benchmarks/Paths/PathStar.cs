using System.Diagnostics;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks.Paths;

/// <summary>
/// A client's namespace, a relay's, and one of each server, joined by veths that offload nothing, so that the
/// relay sees what a cable would carry. All of it ends with the shell of the client's.
/// </summary>
internal sealed class PathStar : IDisposable
{
    // Before whatever else the machine does: what is late because of that would seem a queue of the path.
    private static readonly string[] First = ["nice", "-n", "-10"];

    private readonly NamespaceShell _shell = new();
    private readonly PathDirectory _directory;
    private readonly string _relay;
    private readonly string _name;
    private readonly string _clientSpace;
    private readonly string _relaySpace;
    private readonly IReadOnlyList<PathServer> _servers;

    /// <summary>Makes it and starts the servers.</summary>
    /// <param name="name">Of its directory.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="relay">The relay's program.</param>
    /// <param name="servers">The servers.</param>
    /// <exception cref="InvalidOperationException">Something did not start.</exception>
    public PathStar(
        string name, PathDirectory directory, string relay, IReadOnlyList<PathServer> servers)
    {
        (_name, _directory, _relay, _servers) = (name, directory, relay, servers);
        string own = _shell.Run("echo $$");
        _clientSpace = $"--net=/proc/{own}/ns/net";
        string relayId = MakeSpace();
        _relaySpace = $"--net=/proc/{relayId}/ns/net";
        Join("client", own, "r", relayId);
        Configure(_clientSpace, "client", PathServer.ClientAddress);
        foreach (PathServer server in servers)
        {
            string id = MakeSpace();
            string space = $"--net=/proc/{id}/ns/net";
            Join(server.Interface, id, server.RelayInterface, relayId);
            if (server.IsOurs)
            {
                Start(space, server.Title, $"{server.Serve!(_directory.ContentOf(_name))} --link packet "
                    + $"--interface {server.Interface} --address {server.Address}/24");
            }
            else
            {
                Configure(space, server.Interface, server.Address);
                StartPeers(space);
            }
        }
        WaitForAnswers();
    }

    /// <summary>The server on the kernel's TCP.</summary>
    public PathServer Linux => _servers.First(s => !s.IsOurs);

    /// <summary>A file that clients upload.</summary>
    public string Source(string name) => _directory.Source(name);

    /// <summary>The URL of the directory of a server that takes uploads.</summary>
    public string UploadUrl(PathServer server) => server.IsOurs
        ? $"ftp://{PathDirectory.User}:{PathDirectory.User}@{server.Address}/in/"
        : $"ftp://{server.Address}/in/";

    /// <summary>That directory as the machine sees it.</summary>
    public string UploadDirectory(PathServer server) =>
        Path.Combine(_directory.Root, _name, server.IsOurs ? "www" : "ftp", "in");

    /// <summary>Starts a relay between client and servers.</summary>
    public RunningRelay StartRelay(IEnumerable<string> settings) => new(
    [
        "nsenter", _relaySpace, _relay, "end=input", .. settings, "r",
        .. _servers.Select(s => s.RelayInterface),
    ]);

    /// <summary>Starts a program beside the client.</summary>
    public Process StartClient(IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("nsenter", [_clientSpace, .. First, .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Ends all of it.</summary>
    public void Dispose() => _shell.Dispose();

    /// <summary>Makes a namespace and returns the process that holds it.</summary>
    private string MakeSpace() => _shell.Run("""
        unshare --net sleep infinity & space=$!
        own=$(readlink /proc/self/ns/net)
        while [ "$(readlink /proc/$space/ns/net)" = "$own" ]; do sleep 0.01; done
        nsenter --net=/proc/$space/ns/net ip link set lo up
        echo $space
        """).Split('\n')[^1];

    private void Join(string left, string leftId, string right, string rightId)
    {
        _shell.Run($"ip link add {left} netns {leftId} type veth peer name {right} netns {rightId}");
        foreach ((string name, string id) in new[] { (left, leftId), (right, rightId) })
        {
            string enter = $"nsenter --net=/proc/{id}/ns/net";
            _shell.Run($"{enter} bash -c 'echo 1 >/proc/sys/net/ipv6/conf/{name}/disable_ipv6; "
                + $"ethtool -K {name} tso off gso off gro off tx off >/dev/null; "
                + $"ip link set {name} txqueuelen 10000 up'");
        }
    }

    /// <summary>
    /// The kernel's address, no memory of what earlier connections met, and CUBIC, which the route names, as
    /// the default of a namespace may be another.
    /// </summary>
    private void Configure(string space, string name, string address) =>
        _shell.Run($"nsenter {space} bash -c 'ip address add {address}/24 dev {name} && "
            + $"ip route replace 198.18.2.0/24 dev {name} src {address} congctl cubic && "
            + "echo 1 >/proc/sys/net/ipv4/tcp_no_metrics_save'");

    private void StartPeers(string space)
    {
        string root = _directory.Make(_name, "ftp");
        _directory.MakeWritable(_name, "ftp", "in");
        string empty = _directory.Make(_name, "empty");
        string nginx = _directory.Configure(
            _name, "nginx.conf", ("LAB_WWW", _directory.Content), ("LAB_RUN", _directory.Make(_name)));
        string vsftpd = _directory.Configure(
            _name, "vsftpd-uploads.conf", ("LAB_ROOT", root), ("LAB_EMPTY", empty));
        Start(space, "nginx", $"nginx -c '{nginx}'");
        Start(space, "vsftpd", $"vsftpd '{vsftpd}'");
    }

    private void Start(string space, string name, string command) =>
        _shell.Run($"nsenter {space} {string.Join(' ', First)} {command} </dev/null >'{Log(name)}' 2>&1 &");

    private string Log(string name) => Path.Combine(_directory.Make(_name), name + ".log");

    private void WaitForAnswers()
    {
        using RunningRelay relay = StartRelay([]);
        foreach (PathServer server in _servers)
        {
            // The large file has code compiled before it counts.
            string ask = $"curl -s -m 5 -o /dev/null http://{server.Address}";
            string found = _shell.Run($"for i in {{1..200}}; do {ask}/1k.bin && break; sleep 0.1; done; "
                + $"for i in 1 2 3; do {ask}/10m.bin; done; {ask}/1k.bin -w '%{{http_code}}' || true");
            if (found != "200")
            {
                IEnumerable<string> said = Directory.GetFiles(_directory.Make(_name), "*.log")
                    .SelectMany(File.ReadLines);
                throw new InvalidOperationException(
                    $"{server.Title} does not answer:\n{string.Join('\n', said.TakeLast(20))}");
            }
        }
    }
}
