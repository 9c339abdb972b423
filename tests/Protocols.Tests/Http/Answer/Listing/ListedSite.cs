using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Protocols.Http.Sites;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>A service that lists directories; of the files in them only what is listed is there.</summary>
internal sealed class ListedSite : IContentSource
{
    public const long Time = 1_700_000_000;

    private readonly FramePool _pool = new(512, 1024);
    private readonly Dictionary<string, List<DirectoryChild>> _directories = new() { ["/"] = [] };
    private readonly Dictionary<string, long> _times = new() { ["/"] = Time };
    private readonly List<ContentEntry> _entries = [];

    private readonly SiteTable _sites;

    public ListedSite(
        bool isListed = true, IListingOrders? orders = null, string[]? hidden = null, string root = "")
    {
        _sites = new SiteTable(
            SiteRules.Usual with { Listing = isListed, Hide = hidden },
            root.Length == 0 ? [] : [new SiteOptions { Root = root, Default = true }],
            MediaTypeTable.Usual);
        var clock = new WallClock();
        clock.Set(Instant.Zero, DateTimeOffset.FromUnixTimeSeconds(TestSite.NowUnixSeconds));
        Service = new HttpService(
            new HttpOptions(), this, _pool, clock, Network, log: null, orders);
    }

    public HttpService Service { get; }

    public Site Site => _sites.Find(default, out _)!;

    public TestNetwork Network { get; } = new();

    public ContentGeneration Current { get; private set; } = new(0, []);

    /// <summary>Adds a file, and its directory where that is not there.</summary>
    public ListedSite Add(string directory, string name, long length = 1, long time = Time)
    {
        ContentEntry file = EntryOf(directory + name, length, time);
        _entries.Add(file);
        ChildrenOf(directory).Add(new DirectoryChild(Encoding.UTF8.GetBytes(name), file));
        return this;
    }

    /// <summary>Adds a directory to the root, with the time of its last change.</summary>
    public ListedSite AddDirectory(string name, long time = Time)
    {
        ChildrenOf("/").Add(new DirectoryChild(Encoding.UTF8.GetBytes(name), null));
        _directories.TryAdd($"/{name}/", []);
        _times[$"/{name}/"] = time;
        return this;
    }

    /// <summary>Adds what a directory with an index has of its own.</summary>
    public ListedSite AddIndex(string directory)
    {
        _entries.Add(EntryOf(directory + "index.html", 1, Time));
        return this;
    }

    /// <summary>Serves what was added so far, as the next generation.</summary>
    public ListedSite Publish()
    {
        Current = new ContentGeneration(Current.Number + 1, _entries)
        {
            Rules = _sites,
            Directories = _directories.Select(each => new DirectoryEntry
            {
                Path = each.Key,
                ModifiedUnixSeconds = _times.GetValueOrDefault(each.Key, Time),
                Children = [.. each.Value],
            }),
        };
        return this;
    }

    public TestConnection Connect() =>
        new(Service.Accept(new StreamInfo(default, Instant.Zero))!, _pool, new byte[4096]);

    /// <summary>A request on a connection of its own, and all of its answer.</summary>
    public ListedAnswer Get(string target, string fields = "", string version = "1.1", string method = "GET")
    {
        TestConnection connection = Connect();
        connection.Send($"{method} {target} HTTP/{version}\r\nHost: a\r\n{fields}\r\n");
        return ListedAnswer.Read(connection);
    }

    /// <summary>The names that a listing has, in its order, by its form as text.</summary>
    public string[] NamesOf(string target) =>
        Get(target, "Accept: text/plain\r\n").Content.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private ContentEntry EntryOf(string path, long length, long time) => new()
    {
        Path = path,
        Blocks = _sites.Of(path).Blocks,
        ModifiedUnixSeconds = time,
        Body = new ContentSlice(1, 0, length),
        Http1 = new ContentHeads(new ContentSlice(1, 0, 1), new ContentSlice(1, 0, 1)),
    };

    private List<DirectoryChild> ChildrenOf(string directory)
    {
        if (!_directories.TryGetValue(directory, out List<DirectoryChild>? children))
        {
            _directories.Add(directory, children = []);
        }
        return children;
    }
}
