using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Watching;
using Straightwire.Devices.Files;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Frames;

namespace Straightwire.Appliance.Tests.Content;

/// <summary>A content directory of one test, a place outside of it, and what is loaded from it.</summary>
internal sealed class ContentDirectory : IDisposable, ILogger
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("straightwire-content-");
    private ContentStore? _store;
    private ContentWatch? _watch;

    public ContentDirectory()
    {
        Directory.CreateDirectory(Root);
        Options = new ContentOptions { Directory = Root };
    }

    public string Root => Path.Combine(_home.FullName, "root");

    public ContentOptions Options { get; set; }

    public RegionTable Regions { get; } = new();

    public List<string> Warnings { get; } = [];

    public ContentStore Store => _store ??= ContentStore.Load(Options, Regions, this);

    /// <summary>The content is loaded and watched; the thread that looks is not started yet.</summary>
    public ContentWatch LoadWatched(int watchedMax = int.MaxValue)
    {
        var faults = new FaultLog(this);
        _watch = new ContentWatch(Options, this, faults, watchedMax);
        _store = ContentStore.Load(Options, Regions, this, faults, terminal: null, rules: null, _watch);
        return _watch;
    }

    /// <summary>The same, and it is looked at.</summary>
    public ContentWatch Watch(int watchedMax = int.MaxValue)
    {
        ContentWatch watch = LoadWatched(watchedMax);
        watch.Start(Store);
        return watch;
    }

    /// <summary>All names of the newest generation, sorted.</summary>
    public string[] Names =>
        [.. Store.Newest.Entries.ToArray().Select(entry => entry.Path).Order(StringComparer.Ordinal)];

    /// <summary>A path in the home of the root: what begins with ../ is outside.</summary>
    public string At(string path) => Path.GetFullPath(Path.Combine(Root, path));

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    /// <summary>Replaces a file as editors do: writes a new one and renames it over the old.</summary>
    public void Replace(string path, string text)
    {
        File.WriteAllText(At("../new"), text);
        File.Move(At("../new"), At(path), overwrite: true);
    }

    /// <summary>Runs a line of shell in the root.</summary>
    public void Shell(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line]) { WorkingDirectory = Root };
        using Process shell = Process.Start(start)!;
        shell.WaitForExit();
        Assert.That(shell.ExitCode, Is.Zero, line);
    }

    public ContentEntry? Find(string path) => Store.Newest.Find(Encoding.UTF8.GetBytes(path));

    public DirectoryEntry? FindDirectory(string path) =>
        Store.Newest.FindDirectory(Encoding.UTF8.GetBytes(path));

    /// <summary>The names in a directory: files with their lengths, directories with a slash.</summary>
    public List<string> List(string path)
    {
        var names = new List<string>();
        foreach (DirectoryChild child in FindDirectory(path)!.Children)
        {
            string name = Encoding.UTF8.GetString(child.Name);
            names.Add(child.File is null ? name + "/" : $"{name} {child.File.Body.Length}");
        }
        return names;
    }

    public string? Read(ContentSlice slice)
    {
        var bytes = new byte[slice.Length];
        return Regions.TryRead(slice.Region, slice.Offset, bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    public string? ReadBody(string path) => Find(path) is ContentEntry entry ? Read(entry.Body) : null;

    public bool HasRegion(int region) => Regions.TryRead(region, 0, new byte[1]);

    public void Dispose()
    {
        _store?.Dispose();
        _watch?.Dispose();
        Regions.Dispose();
        // The runtime itself cannot delete a file whose name is no text.
        Directory.CreateDirectory(Root);
        Shell("rm -rf ../*");
        _home.Delete(recursive: true);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning)
        {
            lock (Warnings)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
