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

    /// <summary>The directory that is mirrored: files of 1 to 8 KB in directories of 100.</summary>
    public const string MirrorDirectory = "mirror";

    /// <summary>Files in it.</summary>
    public const int MirrorFiles = 1000;

    /// <summary>The large file, of FTP's rows.</summary>
    public const string LargeFile = "100m.bin";

    /// <summary>Its size.</summary>
    public const int LargeFileBytes = 100 * 1024 * 1024;

    private const int MirrorFilesOfDirectory = 100;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("straightwire-bench-");

    /// <summary>Makes it and fills the content, with what FTP's rows need if they are asked for.</summary>
    public BenchmarkDirectory(bool withFtp)
    {
        Directory.CreateDirectory(Content);
        var random = new Random(1);
        foreach ((string name, int length) in Files)
        {
            WriteFile(name, length, random);
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
