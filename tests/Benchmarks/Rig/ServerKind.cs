using System.Reflection;

namespace Straightwire.Benchmarks.Rig;

/// <summary>Where a server stands.</summary>
internal enum ServerLink
{
    /// <summary>A TAP that it makes itself, in the client's namespace.</summary>
    Tap,

    /// <summary>One end of a veth, in a namespace of its own.</summary>
    Veth,
}

/// <summary>On which side of a comparison a server stands.</summary>
internal enum ServerSide
{
    /// <summary>What is measured.</summary>
    Ours,

    /// <summary>An older one of ours.</summary>
    Baseline,

    /// <summary>Another program.</summary>
    Peer,
}

/// <summary>One of the servers: what starts it, and on which link.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Tool">The program that it needs; null when it is part of this repository.</param>
/// <param name="Scheme">The scheme of the URLs by which it is asked whether it is ready.</param>
/// <param name="Link">Where it stands.</param>
/// <param name="Command">The command line, given the run's directory and address.</param>
internal sealed record ServerKind(
    string Name,
    string Title,
    string? Tool,
    string Scheme,
    ServerLink Link,
    Func<BenchmarkDirectory, string, string> Command)
{
    /// <summary>Names that the command line knows.</summary>
    public static readonly string[] Names = [.. All(new BenchmarkOptions()).Select(kind => kind.Name)];

    /// <summary>Our program as the build made it.</summary>
    public static readonly string BuiltProgram = Path.GetFullPath(typeof(ServerKind).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "Program").Value!);

    /// <summary>Where it stands in a comparison.</summary>
    public ServerSide Side { get; private init; } = ServerSide.Peer;

    /// <summary>The name of the one of ours that it is an older one of; else its own.</summary>
    public string LinkName { get; private init; } = Name;

    /// <summary>
    /// Options that lift the limits of a peer for the load generator, which is one peer for all clients.
    /// </summary>
    public Func<BenchmarkDirectory, string>? Exemption { get; private init; }

    /// <summary>Whether it is what is measured.</summary>
    public bool IsOurs => Side == ServerSide.Ours;

    /// <summary>Whether its TCP is its own, and not the kernel's.</summary>
    public bool HasOwnStack => Side != ServerSide.Peer;

    /// <summary>Whether it serves what rows of FTP ask for.</summary>
    public bool SpeaksFtp => HasOwnStack || Scheme == "ftp";

    /// <summary>Whether it serves what rows of HTTP ask for.</summary>
    public bool SpeaksHttp => Scheme == "http";

    /// <summary>Those that a command line asks for, ours first, each with its baseline.</summary>
    public static IEnumerable<ServerKind> Wanted(BenchmarkOptions options) => All(options)
        .Where(kind => options.Servers.Length == 0 || options.Servers.Contains(kind.LinkName));

    private static IReadOnlyList<ServerKind> All(BenchmarkOptions options) =>
    [
        .. Ours("tap", ServerLink.Tap, "--link tap", options),
        .. Ours("packet", ServerLink.Veth, "--link packet --interface server", options),
        .. Ours("xdp", ServerLink.Veth, "--link xdp --interface server", options),
        Peer("nginx", "http", (directory, _) => $"nginx -c '{directory.NginxConfiguration()}'"),
        Peer("h2o", "http", (directory, _) => $"h2o -c '{directory.H2oConfiguration()}'"),
        Peer("lighttpd", "http", (directory, _) => $"lighttpd -D -f '{directory.LighttpdConfiguration()}'"),
        Peer("caddy", "http", (directory, _) =>
            $"caddy run --adapter caddyfile --config '{directory.CaddyConfiguration()}'"),
        new("kestrel", "Kestrel", null, "http", ServerLink.Veth, (directory, address) =>
            $"'{Environment.ProcessPath}' --serve-kestrel '{directory.Content}' http://{address}:80"),
        Peer("vsftpd", "ftp", (directory, _) => $"vsftpd '{directory.VsftpdConfiguration()}'"),
        Peer("pure-ftpd", "ftp", (directory, address) =>
            // It serves the home of the user ftp to the anonymous, which is the content in its own eyes.
            "unshare --mount bash -c '"
                + $"mount --bind \"{directory.Content}\" \"$(getent passwd ftp | cut -d: -f6)\" "
                + $"&& exec pure-ftpd -S {address},21 -e -H -c 2000 -C 2000'"),
    ];

    /// <summary>One of ours, and its baseline beside it where there is one, with the same options.</summary>
    private static IEnumerable<ServerKind> Ours(
        string name, ServerLink link, string linkOptions, BenchmarkOptions options)
    {
        string client = link == ServerLink.Tap ? "198.18.0.1" : "198.18.1.1";
        yield return Of(ServerSide.Ours, name, $"Straightwire {name}", options.Program ?? BuiltProgram);
        if (options.Baseline is { } baseline)
        {
            yield return Of(ServerSide.Baseline, $"{name}-baseline", $"{name} (baseline)", baseline);
        }

        ServerKind Of(ServerSide side, string own, string title, string path)
        {
            var program = new ServeProgram(path);
            return new(own, title, null, "http", link, (directory, _) =>
                $"{program.Serve(directory.Content, options.ServeOptions)} {linkOptions}")
            {
                Side = side,
                LinkName = name,
                Exemption = directory =>
                    program.Known(directory.Content, $"--set tcp.peer.exempt.0={client}/32"),
            };
        }
    }

    private static ServerKind Peer(
        string name, string scheme, Func<BenchmarkDirectory, string, string> command) =>
        new(name, name, name, scheme, ServerLink.Veth, command);
}
