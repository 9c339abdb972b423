using System.Security.Cryptography;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// A directory to serve, one to download to beside it, and the hashes of what is in the first. Anybody may
/// read both.
/// </summary>
internal sealed class TemporaryContent : IDisposable
{
    // Memory that is a file system; a hundred thousand files take a second there, and their room.
    private const string Memory = "/dev/shm";
    private const long MemoryNeeded = 2L << 30;

    private readonly DirectoryInfo _root;
    private readonly Random _random = new(20);
    private readonly List<string> _sums = [];

    /// <summary>Makes both directories, in memory where that is asked for and there is enough.</summary>
    public TemporaryContent(bool inMemory = false)
    {
        _root = inMemory && Directory.Exists(Memory)
            && new DriveInfo(Memory).AvailableFreeSpace >= MemoryNeeded
            ? Directory.CreateDirectory(Path.Combine(Memory, $"straightwire-wire-{Guid.NewGuid():n}"))
            : Directory.CreateTempSubdirectory("straightwire-wire-");
        DirectoryInfo downloads = Directory.CreateDirectory(Downloads);
        Directory.CreateDirectory(Www);
        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode Read = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            _root.UnixFileMode |= Read;
            downloads.UnixFileMode |= Read | UnixFileMode.OtherWrite;
        }
    }

    /// <summary>Both directories stand in it; it may hold logs and captures too.</summary>
    public string Root => _root.FullName;

    /// <summary>What is served.</summary>
    public string Www => Path.Combine(Root, "www");

    /// <summary>Where clients work.</summary>
    public string Downloads => Path.Combine(Root, "out");

    /// <summary>For sha256sum -c, run in <see cref="Downloads"/>.</summary>
    public string SumsFile => Path.Combine(Root, "sums");

    /// <summary>
    /// Makes a file of random bytes, enters it in <see cref="SumsFile"/> and returns its path.
    /// </summary>
    public string Add(string name, long length)
    {
        string path = Path.Combine(Www, name);
        byte[] block = new byte[1 << 20];
        using (FileStream file = File.Create(path))
        {
            for (long left = length; left > 0; left -= block.Length)
            {
                _random.NextBytes(block);
                file.Write(block, 0, (int)Math.Min(left, block.Length));
            }
        }
        using (FileStream file = File.OpenRead(path))
        {
            _sums.Add($"{Convert.ToHexStringLower(SHA256.HashData(file))}  {name}");
        }
        File.WriteAllLines(SumsFile, _sums);
        return path;
    }

    /// <summary>Writes a file of curl's options that downloads all files, and returns its path.</summary>
    public string CurlConfiguration(string url)
    {
        string path = Path.Combine(Root, "curlrc");
        File.WriteAllLines(path, _sums.Select(s => s[66..]).SelectMany(
            name => new[] { $"url = {url}/{name}", $"output = {name}" }));
        return path;
    }

    /// <summary>Removes all of it.</summary>
    public void Dispose() => _root.Delete(recursive: true);
}
