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
    public static readonly string[] Names = [.. All("").Select(kind => kind.Name)];

    private static readonly string Program = Path.GetFullPath(typeof(ServerKind).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "Program").Value!);

    /// <summary>Whether it is ours, on its own stack.</summary>
    public bool IsOurs => Title.StartsWith("Straightwire", StringComparison.Ordinal);

    /// <summary>Whether it serves what rows of FTP ask for.</summary>
    public bool SpeaksFtp => IsOurs || Scheme == "ftp";

    /// <summary>Whether it serves what rows of HTTP ask for.</summary>
    public bool SpeaksHttp => Scheme == "http";

    /// <summary>All of them, ours first.</summary>
    public static IReadOnlyList<ServerKind> All(string serveOptions) =>
    [
        Ours("tap", ServerLink.Tap, $"--link tap {serveOptions}"),
        Ours("packet", ServerLink.Veth, $"--link packet --interface server {serveOptions}"),
        Ours("xdp", ServerLink.Veth, $"--link xdp --interface server {serveOptions}"),
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

    private static ServerKind Ours(string name, ServerLink link, string options) =>
        new(name, $"Straightwire {name}", null, "http", link, (directory, _) =>
            $"'{Program}' serve '{directory.Content}' --log-level warning {options}");

    private static ServerKind Peer(
        string name, string scheme, Func<BenchmarkDirectory, string, string> command) =>
        new(name, name, name, scheme, ServerLink.Veth, command);
}
