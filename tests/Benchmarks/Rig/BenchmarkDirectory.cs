namespace Straightwire.Benchmarks.Rig;

/// <summary>
/// A temporary directory with the content that all servers serve and the peers' configuration.
/// </summary>
internal sealed class BenchmarkDirectory : IDisposable
{
    /// <summary>Sizes of the files in bytes, by name.</summary>
    public static readonly IReadOnlyDictionary<string, int> Files = new Dictionary<string, int>
    {
        ["1k.bin"] = 1024,
        ["100k.bin"] = 100 * 1024,
        ["10m.bin"] = 10 * 1024 * 1024,
    };

    /// <summary>
    /// The directory of the mix: files of 3 to 300 KB, each about a quarter larger than the last.
    /// </summary>
    public const string MixDirectory = "mix";

    /// <summary>Files in it.</summary>
    public const int MixFiles = 20;

    /// <summary>Bytes of one of them, in the mean.</summary>
    public static readonly int MixBytes = (int)Enumerable.Range(0, MixFiles).Average(MixFileBytes);

    /// <summary>The directory that is mirrored: files of 1 to 8 KB in directories of 100.</summary>
    public const string MirrorDirectory = "mirror";

    /// <summary>Files in it.</summary>
    public const int MirrorFiles = 1000;

    /// <summary>The large file, of FTP's rows.</summary>
    public const string LargeFile = "100m.bin";

    /// <summary>Its size.</summary>
    public const int LargeFileBytes = 100 * 1024 * 1024;

    /// <summary>The directory of the small files, in directories of 1,000 that lab/small.lua knows.</summary>
    public const string SmallDirectory = "small";

    private const int SmallFilesOfDirectory = 1000;
    private const int MirrorFilesOfDirectory = 100;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("straightwire-bench-");

    /// <summary>Makes it and fills the content.</summary>
    /// <param name="withFtp">With what FTP's rows need.</param>
    /// <param name="small">Small files beside the others, for rows about their number.</param>
    public BenchmarkDirectory(bool withFtp, int small = 0)
    {
        Directory.CreateDirectory(Content);
        var random = new Random(1);
        foreach ((string name, int length) in Files)
        {
            WriteFile(name, length, random);
        }
        for (int i = 0; i < MixFiles; i++)
        {
            WriteFile($"{MixDirectory}/{i}.bin", MixFileBytes(i), random);
        }
        if (withFtp)
        {
            WriteFile(LargeFile, LargeFileBytes, random);
            for (int i = 0; i < MirrorFiles; i++)
            {
                string name = $"{MirrorDirectory}/{i / MirrorFilesOfDirectory}/{i}.bin";
                WriteFile(name, random.Next(1024, 8 * 1024 + 1), random);
            }
        }

        for (int i = 0; i < small; i++)
        {
            WriteFile($"{SmallDirectory}/{i / SmallFilesOfDirectory}/{i}.html", 512, random);
        }

        // nginx's and vsftpd's workers give up root and must still read it.
        _root.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
            | UnixFileMode.OtherExecute;
    }

    /// <summary>The directory that is served.</summary>
    public string Content => Path.Combine(_root.FullName, "www");

    /// <summary>Writes nginx's configuration and returns its path.</summary>
    public string NginxConfiguration() => Write("nginx.conf", File
        .ReadAllText(Path.Combine(AppContext.BaseDirectory, "lab", "nginx.conf"))
        .Replace("LAB_WWW", Content, StringComparison.Ordinal)
        .Replace("LAB_RUN", _root.FullName, StringComparison.Ordinal));

    /// <summary>Writes lighttpd's configuration, as open as nginx's, and returns its path.</summary>
    public string LighttpdConfiguration() => Write("lighttpd.conf", $"""
        server.document-root = "{Content}"
        server.port = 80
        server.errorlog = "{_root.FullName}/lighttpd.err"
        server.max-keep-alive-requests = 100000000
        server.max-fds = 16384
        server.max-connections = 8192
        server.listen-backlog = 4096
        mimetype.assign = ( "" => "application/octet-stream" )

        """);

    /// <summary>Writes h2o's configuration, one thread, and returns its path.</summary>
    public string H2oConfiguration() => Write("h2o.conf", $"""
        listen: 80
        num-threads: 1
        max-connections: 16384
        user: root
        error-log: {_root.FullName}/h2o.err
        http1-request-timeout: 60
        hosts:
          default:
            paths:
              /:
                file.dir: {Content}

        """);

    /// <summary>Writes Caddy's configuration and returns its path.</summary>
    public string CaddyConfiguration() => Write("Caddyfile", $$"""
        {
            admin off
            auto_https off
        }
        :80 {
            root * {{Content}}
            file_server
        }

        """);

    /// <summary>Writes vsftpd's configuration and returns its path.</summary>
    public string VsftpdConfiguration()
    {
        string empty = Directory.CreateDirectory(Path.Combine(_root.FullName, "empty")).FullName;
        return Write("vsftpd.conf", File
            .ReadAllText(Path.Combine(AppContext.BaseDirectory, "lab", "vsftpd.conf"))
            .Replace("LAB_WWW", Content, StringComparison.Ordinal)
            .Replace("LAB_EMPTY", empty, StringComparison.Ordinal));
    }

    /// <summary>Removes it.</summary>
    public void Dispose() => _root.Delete(recursive: true);

    private static int MixFileBytes(int number) => (int)(3 * 1024 * Math.Pow(100, number / (MixFiles - 1.0)));

    private void WriteFile(string name, int length, Random random)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        string path = Path.Combine(Content, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_root.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
