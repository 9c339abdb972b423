using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>What the rules of one site say of its answers, made of them as files come.</summary>
internal sealed class SiteFields
{
    private const string CacheControl = "Cache-Control";
    private const string ContentType = "Content-Type";

    private static readonly (string Name, string Value)[] Security =
    [
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ];

    private readonly FieldBlocks _blocks;
    private readonly CachePolicy _cache;
    private readonly bool _isSecure;
    private readonly Rule[] _rules;
    private readonly PathPatternSet _patterns;
    private readonly PathPatternSet _hidden;
    private readonly HashSet<string> _index;
    private readonly Dictionary<Key, FieldBlock> _made = [];
    private readonly List<int> _found = [];

    /// <summary>Takes the rules of a site, which were checked.</summary>
    public SiteFields(SiteRules rules, FieldBlocks blocks)
    {
        _blocks = blocks;
        _cache = CachePolicy.TryParse(rules.Cache!, out _)!;
        _isSecure = rules.Security == true;
        _index = [.. rules.Index!];
        HeaderRule[] headers = rules.Headers ?? [];
        _rules =
        [
            .. headers.Select(static (header, i) => new Rule(
                i.ToString(CultureInfo.InvariantCulture),
                header.Match == "/**",
                header.On,
                header.Cache is null ? null : CachePolicy.TryParse(header.Cache, out _),
                [.. header.Set ?? []])),
        ];
        _patterns = SetOf(headers.Select(static header => header.Match));
        _hidden = SetOf(rules.Hide ?? []);
        Met = (new bool[_patterns.Count], new bool[_hidden.Count]);
        Errors = blocks.Of(Fields(null, null, IsOfAll, isHashed: false, (CacheControl, "no-store")));
        Moved = blocks.Of(Fields(null, null, IsOfAll, isHashed: false));
    }

    /// <summary>
    /// Whether the rules about fields, and the patterns of what is hidden, have met a file so far.
    /// </summary>
    public (bool[] Headers, bool[] Hide) Met { get; }

    /// <summary>Whether there are patterns of what is hidden.</summary>
    public bool HidesSome => _hidden.Count > 0;

    /// <summary>What errors have: nobody keeps them.</summary>
    public FieldBlock Errors { get; }

    /// <summary>What redirects have.</summary>
    public FieldBlock Moved { get; }

    /// <summary>What the answers with a file have; <see cref="FieldBlock.Hidden"/>: the site has it not.
    /// </summary>
    /// <param name="path">Canonical path in the site.</param>
    /// <param name="mediaType">What the file is by its name.</param>
    public FieldBlock Of(string path, string mediaType)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        string rules = "";
        if (_patterns.Count + _hidden.Count > 0)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path);
            // An index stands for its directory too.
            int directory = _index.Contains(name) ? bytes.Length - Encoding.UTF8.GetByteCount(name) : 0;
            if (Find(_hidden, bytes, directory, Met.Hide).Count > 0)
            {
                return FieldBlock.Hidden;
            }
            List<int> found = Find(_patterns, bytes, directory, Met.Headers);
            rules = found.Count == 1 ? _rules[found[0]].Number : string.Join(',', found);
        }
        var key = new Key(mediaType, CachePolicy.IsHashed(name), rules);
        if (!_made.TryGetValue(key, out FieldBlock? block))
        {
            HashSet<int> places = [.. _found];
            _made[key] = block = _blocks.Of(Fields(
                mediaType,
                _cache,
                (place, rule) => rules.Length > 0 && places.Contains(place) && rule.On != HeaderScope.Error,
                key.IsHashed));
        }
        return block;
    }

    /// <summary>Whether a pattern of what is hidden meets a path; on any thread.</summary>
    public bool Hides(ReadOnlySpan<byte> path)
    {
        var found = new List<int>();
        _hidden.Find(path, found);
        return found.Count > 0;
    }

    private static bool IsOfAll(int place, Rule rule) => rule.IsForAll && rule.On != HeaderScope.Ok;

    private static PathPatternSet SetOf(IEnumerable<string> patterns) =>
        new([.. patterns.Select(static text => PathPattern.TryParse(text, out _)!)]);

    private List<int> Find(PathPatternSet patterns, byte[] path, int directoryLength, bool[] met)
    {
        _found.Clear();
        patterns.Find(path, _found);
        if (directoryLength > 0)
        {
            patterns.Find(path.AsSpan(0, directoryLength), _found);
        }
        if (_found.Count > 1)
        {
            int[] places = [.. _found.Distinct().Order()];
            _found.Clear();
            _found.AddRange(places);
        }
        _found.ForEach(place => met[place] = true);
        return _found;
    }

    private List<(string Name, string Value)> Fields(
        string? mediaType,
        CachePolicy? cache,
        Func<int, Rule, bool> applies,
        bool isHashed,
        params ReadOnlySpan<(string Name, string Value)> last)
    {
        var fields = new List<(string Name, string Value)>();
        Put(fields, ContentType, mediaType);
        Put(fields, CacheControl, cache?.Of(isHashed));
        Put(fields, "X-Content-Type-Options", "nosniff");
        fields.AddRange(_isSecure ? Security : []);
        for (int i = 0; i < _rules.Length; i++)
        {
            if (!applies(i, _rules[i]))
            {
                continue;
            }
            if (_rules[i].Cache is { } policy)
            {
                Put(fields, CacheControl, policy.Of(isHashed));
            }
            foreach ((string name, string? value) in _rules[i].Set)
            {
                Put(fields, name, value);
            }
        }
        if (mediaType is null)
        {
            // What tells of a file, and how long it may be kept.
            Put(fields, ContentType, null);
            Put(fields, CacheControl, null);
        }
        fields.AddRange(last);
        return fields;
    }

    private static void Put(List<(string Name, string Value)> fields, string name, string? value)
    {
        int at = fields.FindIndex(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0)
        {
            fields.RemoveAt(at);
        }
        if (value is not null)
        {
            fields.Insert(at < 0 ? fields.Count : at, (name, value));
        }
    }

    private readonly record struct Key(string MediaType, bool IsHashed, string Rules);

    private sealed record Rule(
        string Number,
        bool IsForAll,
        HeaderScope On,
        CachePolicy? Cache,
        KeyValuePair<string, string?>[] Set);
}
