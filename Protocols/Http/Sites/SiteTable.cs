using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>
/// Host to site, and what sites say of files: made at load, belongs to a generation of the content, and is
/// changed with it in one step. Finding a site is immutable; <see cref="Of"/> remembers what it has made.
/// </summary>
/// <remarks>
/// The sites that have a file are those whose directory it is below: each of these lies in the one before, so
/// that a site's place among them is the same for all of its files.
/// </remarks>
public sealed class SiteTable : IContentRules
{
    private readonly Site? _default;
    private readonly Site? _only;

    // Null where one site is asked for by all names.
    private readonly NameTable<SiteHost>? _hosts;
    private readonly int _wildcardMax;
    private readonly Dictionary<string, List<Site>> _roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FieldBlock[]> _chains = new(StringComparer.Ordinal);
    private readonly MediaTypeTable _types;
    private readonly SiteRemarks _remarks = new();

    /// <summary>Makes the table of rules that were checked (<see cref="SiteFaults"/>).</summary>
    /// <param name="common">What all sites have unless they say otherwise.</param>
    /// <param name="sites">The sites; none: one that has all names.</param>
    /// <param name="types">The media types of the content.</param>
    public SiteTable(SiteRules common, IReadOnlyList<SiteOptions> sites, MediaTypeTable types)
    {
        _types = types;
        var blocks = new FieldBlocks();
        common = common.Or(SiteRules.Usual);
        Fields = new SiteFields(common, blocks);
        bool isOne = sites.Count == 0;
        if (isOne)
        {
            sites = [new SiteOptions { Default = true }];
        }
        var hosts = new List<SiteHost>();
        foreach ((SiteOptions options, string key, string root) in sites
            .Select(static (options, i) => (options, SiteFaults.KeyOf(i), RootOf(options.Root)))
            .OrderBy(static site => site.Item3.Length))
        {
            SiteRules rules = options.Or(common);
            var site = new Site(rules, root, PlaceOf(root), new SiteFields(rules, blocks), types)
            {
                Name = Encoding.UTF8.GetBytes(options.Name),
                FirstHost = Encoding.ASCII.GetBytes(options.Hosts.FirstOrDefault() is { } first
                    ? HostText.ToAscii(first)
                    : ""),
            };
            _remarks.Add(site, options, isOne ? SiteFaults.CommonKey : key);
            if (!_roots.TryGetValue(root, out List<Site>? same))
            {
                _roots[root] = same = [];
            }
            same.Add(site);
            FoldsCase |= site.FoldsCase;
            _default = options.Default ? site : _default;
            _only = sites.Count == 1 && root.Length == 0 ? site : null;
            hosts.AddRange(options.Hosts.Select(host => new SiteHost(HostText.ToKey(host), site, false)));
            hosts.AddRange(
                options.RedirectHosts.Select(host => new SiteHost(HostText.ToKey(host), site, true)));
        }
        if (hosts.Count > 0 || _default is null)
        {
            _hosts = new NameTable<SiteHost>(hosts);
            _wildcardMax = hosts.Where(static host => host.Path[0] == '.')
                .Select(static host => host.Path.Length).DefaultIfEmpty().Max();
        }
    }

    /// <inheritdoc/>
    public bool FoldsCase { get; }

    /// <summary>What answers have that are no site's.</summary>
    internal SiteFields Fields { get; }

    /// <summary>The table of one site that has all names, by the usual rules.</summary>
    public static SiteTable OfDefaults() => new(SiteRules.Usual, [], MediaTypeTable.Usual);

    /// <summary>
    /// The directory of a site as a canonical path without a final slash; empty: the whole.
    /// </summary>
    public static string RootOf(string root) => root.Trim('/') is { Length: > 0 } path ? "/" + path : "";

    /// <inheritdoc/>
    public EntryRules Of(string path)
    {
        string type = _types.Of(path);
        if (_only is not null)
        {
            return new(type, _only.Fields.Of(path, type).Alone);
        }
        var blocks = new List<FieldBlock>();
        ReadOnlySpan<char> whole = path;
        for (int end = 0; end >= 0; end = NextOf(path, end))
        {
            if (_roots.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(whole[..end], out var sites))
            {
                string within = end == 0 ? path : path[end..];
                blocks.AddRange(sites.Select(site => site.Fields.Of(within, type)));
            }
        }
        return new(type, Shared(blocks));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Remarks(ContentGeneration generation) => _remarks.Of(generation);

    /// <summary>The site that an authority is for; null: none of ours. Allocates nothing.</summary>
    /// <param name="authority">As it came; empty where none did.</param>
    /// <param name="isMoved">Whether the site is to be asked for by its first name.</param>
    internal Site? Find(ReadOnlySpan<byte> authority, out bool isMoved)
    {
        isMoved = false;
        return _hosts is null ? _default : Find(_hosts, authority, out isMoved);
    }

    private Site? Find(NameTable<SiteHost> hosts, ReadOnlySpan<byte> authority, out bool isMoved)
    {
        Span<byte> buffer = stackalloc byte[HostName.LengthMax];
        SiteHost? host = null;
        if (HostName.TryMake(authority, buffer, out int length))
        {
            ReadOnlySpan<byte> name = buffer[..length];
            host = hosts.Find(NameHash.Of(name), name) ?? FindBelow(hosts, name);
        }
        isMoved = host is { IsMoved: true };
        return host is null ? _default : host.Site;
    }

    // From the longest: that is the nearest.
    private SiteHost? FindBelow(NameTable<SiteHost> hosts, ReadOnlySpan<byte> name)
    {
        if (_wildcardMax == 0)
        {
            return null;
        }
        int from = Math.Max(1, name.Length - _wildcardMax);
        for (int at = from; at < name.Length; at++)
        {
            if (name[at] == '.' && hosts.Find(NameHash.Of(name[at..]), name[at..]) is SiteHost host)
            {
                return host;
            }
        }
        return null;
    }

    private int PlaceOf(string root)
    {
        int place = 0;
        for (int end = 0; end >= 0; end = NextOf(root + "/", end))
        {
            place += _roots.GetValueOrDefault(root[..end])?.Count ?? 0;
        }
        return place;
    }

    // Where the next directory's name ends; less than 0 behind the last.
    private static int NextOf(string path, int end) =>
        end + 1 < path.Length ? path.IndexOf('/', end + 1) : -1;

    private FieldBlock[] Shared(List<FieldBlock> blocks)
    {
        if (blocks.Count == 1)
        {
            return blocks[0].Alone;
        }
        string key = string.Join(',', blocks.Select(static block => block == FieldBlock.Hidden
            ? "-"
            : block.Number.ToString(CultureInfo.InvariantCulture)));
        if (!_chains.TryGetValue(key, out FieldBlock[]? chain))
        {
            _chains[key] = chain = [.. blocks];
        }
        return chain;
    }
}
