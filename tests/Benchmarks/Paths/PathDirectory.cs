using System.Diagnostics;

namespace Straightwire.Benchmarks.Paths;

/// <summary>A temporary directory with what the servers of the paths serve, take and are told.</summary>
internal sealed class PathDirectory : IDisposable
{
    /// <summary>Name and password of our user who may upload; the peer's is anonymous.</summary>
    public const string User = "path";

    private static readonly (string Name, int Bytes)[] Files =
    [
        ("1k.bin", 1 << 10), ("20k.bin", 20 << 10), ("100k.bin", 100 << 10), ("3m.bin", 3 << 20),
        ("10m.bin", 10 << 20), ("100m.bin", 100 << 20),
    ];

    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("straightwire-paths-");

    /// <summary>Makes it, fills the content, and has it in the directory of each star.</summary>
    public PathDirectory(IEnumerable<string> stars)
    {
        _root.UnixFileMode = Open;
        Directory.CreateDirectory(Content, Open);
        var random = new Random(1);
        foreach ((string name, int bytes) in Files)
        {
            byte[] content = new byte[bytes];
            random.NextBytes(content);
            File.WriteAllBytes(Source(name), content);
        }
        // All of them before a server starts: each link changes the time of the file's last change.
        foreach (string star in stars)
        {
            Make(star);
            using var copy = Process.Start("cp", ["-al", Content, ContentOf(star)]);
            copy.WaitForExit();
            MakeWritable(star, "www", "in");
        }
    }

    /// <summary>Where it is.</summary>
    public string Root => _root.FullName;

    /// <summary>The directory that is served.</summary>
    public string Content => Path.Combine(Root, "www");

    /// <summary>A file of the content, as a client has it that uploads it.</summary>
    public string Source(string name) => Path.Combine(Content, name);

    /// <summary>A new directory below, which everybody may read.</summary>
    public string Make(params string[] names) =>
        Directory.CreateDirectory(Path.Combine([Root, .. names]), Open).FullName;

    /// <summary>A new directory below, which everybody may write to.</summary>
    public string MakeWritable(params string[] names)
    {
        string made = Make(names);
        File.SetUnixFileMode(made, Open | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        return made;
    }

    /// <summary>
    /// The directory that ours serves in a star: the content by hard links, and in/, which takes uploads.
    /// </summary>
    public string ContentOf(string star) => Path.Combine(Root, star, "www");

    /// <summary>Writes a configuration from a template beside this program and returns its path.</summary>
    public string Configure(string star, string template, params (string Place, string Value)[] values)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "lab", template));
        string path = Path.Combine(Make(star), template);
        File.WriteAllText(path, values.Aggregate(
            text, (t, v) => t.Replace(v.Place, v.Value, StringComparison.Ordinal)));
        return path;
    }

    /// <summary>Removes it.</summary>
    public void Dispose() => _root.Delete(recursive: true);
}
