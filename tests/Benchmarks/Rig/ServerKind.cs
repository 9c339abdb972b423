using System.Reflection;

namespace Straightwire.Benchmarks.Rig;

/// <summary>One of the servers: what starts it, and on which link.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Tool">The program that it needs; null when it is part of this repository.</param>
/// <param name="Scheme">The scheme of the URLs by which it is asked whether it is ready.</param>
/// <param name="OwnStack">
/// It makes its own TAP in the client's namespace; the others get a veth to a second one.
/// </param>
/// <param name="Command">The command line, given the run's directory and address.</param>
internal sealed record ServerKind(
    string Name,
    string Title,
    string? Tool,
    string Scheme,
    bool OwnStack,
    Func<BenchmarkDirectory, string, string> Command)
{
    /// <summary>Names that the command line knows.</summary>
    public static readonly string[] Names = ["ours", "nginx", "lighttpd", "kestrel", "vsftpd"];

    private static readonly string Program = Path.GetFullPath(typeof(ServerKind).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "Program").Value!);

    /// <summary>Whether it serves what rows of FTP ask for.</summary>
    public bool SpeaksFtp => OwnStack || Scheme == "ftp";

    /// <summary>Whether it serves what rows of HTTP ask for.</summary>
    public bool SpeaksHttp => Scheme == "http";

    /// <summary>All of them, ours first.</summary>
    public static IReadOnlyList<ServerKind> All(string serveOptions) =>
    [
        new("ours", "Straightwire", null, "http", true, (directory, _) =>
            $"'{Program}' serve '{directory.Content}' --log-level warning {serveOptions}"),
        new("nginx", "nginx", "nginx", "http", false, (directory, _) =>
            $"nginx -c '{directory.NginxConfiguration()}'"),
        new("lighttpd", "lighttpd", "lighttpd", "http", false, (directory, _) =>
            $"lighttpd -D -f '{directory.LighttpdConfiguration()}'"),
        new("kestrel", "Kestrel", null, "http", false, (directory, address) =>
            $"'{Environment.ProcessPath}' --serve-kestrel '{directory.Content}' http://{address}:80"),
        new("vsftpd", "vsftpd", "vsftpd", "ftp", false, (directory, _) =>
            $"vsftpd '{directory.VsftpdConfiguration()}'"),
    ];
}
