using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>
/// What is wrong with sites and their rules: each fault with its place, of which the parts have ':' between
/// them, and a sentence that says what to do.
/// </summary>
public static class SiteFaults
{
    /// <summary>The place of what all sites have.</summary>
    internal const string CommonKey = "http:site";

    /// <summary>All faults that need no look at the content.</summary>
    /// <param name="common">What all sites have unless they say otherwise.</param>
    /// <param name="sites">The sites.</param>
    public static IEnumerable<(string Key, string Message)> Check(
        SiteRules common, IReadOnlyList<SiteOptions> sites) =>
        RuleFaults(CommonKey, common)
            .Concat(sites.SelectMany((site, i) => RuleFaults(KeyOf(i), site)))
            .Concat(sites.SelectMany((site, i) => SiteFaultsOf(site, KeyOf(i), i, sites)))
            .Concat(HostFaults(sites));

    /// <summary>The place of a site.</summary>
    public static string KeyOf(int site) =>
        string.Create(CultureInfo.InvariantCulture, $"http:sites:{site}");

    private static IEnumerable<(string Key, string Message)> SiteFaultsOf(
        SiteOptions site, string key, int place, IReadOnlyList<SiteOptions> sites)
    {
        if (site.Hosts.Length == 0 && !site.Default)
        {
            yield return ($"{key}:hosts", "nobody can ask for it: name its hosts, or make it the default");
        }
        if (site.RedirectHosts.Length > 0 && site.Hosts.Length == 0)
        {
            yield return ($"{key}:redirectHosts", "they redirect to the first of hosts, and there is none");
        }
        else if (site.RedirectHosts.Length > 0 && site.Hosts[0].StartsWith('*'))
        {
            yield return ($"{key}:hosts:0", "redirectHosts redirect to it: it has to be one name");
        }
        int first = sites.TakeWhile(static other => !other.Default).Count();
        if (site.Default && first < place)
        {
            yield return ($"{key}:default", string.Create(
                CultureInfo.InvariantCulture, $"/http/sites/{first} is the default already"));
        }
        string root = SiteTable.RootOf(site.Root);
        if (Encoding.UTF8.GetByteCount(root) > Site.RootMax || !IsPath(root.Length == 0 ? "/x" : root))
        {
            yield return ($"{key}:root",
                $"'{site.Root}' is no directory's path within content/directory, like example.org/current");
        }
    }

    private static IEnumerable<(string Key, string Message)> HostFaults(IReadOnlyList<SiteOptions> sites)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < sites.Count; i++)
        {
            IEnumerable<(string Host, string Key)> hosts = sites[i].Hosts
                .Select((host, k) => (host, $"{KeyOf(i)}:hosts:{Text(k)}"))
                .Concat(sites[i].RedirectHosts
                    .Select((host, k) => (host, $"{KeyOf(i)}:redirectHosts:{Text(k)}")));
            foreach ((string host, string key) in hosts)
            {
                if (HostText.FaultOf(host) is { } fault)
                {
                    yield return (key, fault);
                }
                else if (!known.TryAdd(HostText.ToKey(host), key))
                {
                    string other = known[HostText.ToKey(host)].Replace(':', '/');
                    yield return (key, $"'{host}' is /{other} too: a name leads to one site");
                }
            }
        }

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private static IEnumerable<(string Key, string Message)> RuleFaults(string key, SiteRules rules)
    {
        if (rules.Index is { } index)
        {
            for (int i = 0; i < index.Length; i++)
            {
                if (!IsPath("/" + index[i]) || index[i].Contains('/', StringComparison.Ordinal))
                {
                    yield return (Of(key, "index", i), $"'{index[i]}' is no name of a file");
                }
            }
        }
        if (rules.Cache is { } cache && CachePolicy.TryParse(cache, out string cacheFault) is null)
        {
            yield return ($"{key}:cache", cacheFault);
        }
        if (rules.Fallback is { } fallback && !IsPath(fallback))
        {
            yield return ($"{key}:fallback", $"'{fallback}' is no file's path in the site, like /index.html");
        }
        foreach ((string status, string page) in rules.Errors ?? [])
        {
            if (!ErrorStatus.TryParse(status, out _, out _))
            {
                yield return ($"{key}:errors:{status}", "it is no status code of an error, nor 4xx or 5xx");
            }
            else if (!IsPath(page))
            {
                yield return (
                    $"{key}:errors:{status}", $"'{page}' is no file's path in the site, like /404.html");
            }
        }
        foreach ((string Key, string Message) fault in
            PatternFaults(key, rules).Concat(HeaderFaults(key, rules.Headers ?? [])))
        {
            yield return fault;
        }
    }

    private static IEnumerable<(string Key, string Message)> PatternFaults(string key, SiteRules rules)
    {
        string[] hide = rules.Hide ?? [];
        for (int i = 0; i < hide.Length; i++)
        {
            if (PathPattern.TryParse(hide[i], out string fault) is null)
            {
                yield return (Of(key, "hide", i), fault);
            }
        }
        HeaderRule[] headers = rules.Headers ?? [];
        for (int i = 0; i < headers.Length; i++)
        {
            string rule = Of(key, "headers", i);
            if (PathPattern.TryParse(headers[i].Match, out string fault) is null)
            {
                yield return ($"{rule}:match", fault);
            }
            else if (headers[i].On == HeaderScope.Error && headers[i].Match != "/**")
            {
                yield return ($"{rule}:on", "an error is of no file: with 'error' match is /**");
            }
        }
    }

    private static IEnumerable<(string Key, string Message)> HeaderFaults(string key, HeaderRule[] headers)
    {
        var longest = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < headers.Length; i++)
        {
            string rule = Of(key, "headers", i);
            if (headers[i].Cache is { } cache && CachePolicy.TryParse(cache, out string fault) is null)
            {
                yield return ($"{rule}:cache", fault);
            }
            if (headers[i].Cache is null && headers[i].Set is null or { Count: 0 })
            {
                yield return (rule, "it changes nothing: give it set or cache");
            }
            foreach ((string name, string? value) in headers[i].Set ?? [])
            {
                if (FieldText.FaultOf(name, value) is { } fieldFault)
                {
                    yield return ($"{rule}:set:{name}", fieldFault);
                }
                int length = name.Length + (value?.Length ?? 0) + ": \r\n".Length;
                longest[name] = Math.Max(longest.GetValueOrDefault(name), length);
            }
        }
        // What the server says besides is less than 512 bytes.
        if (longest.Values.Sum() > FieldBlock.BytesMax - 512)
        {
            yield return ($"{key}:headers", "the fields of one answer may be more than 7680 bytes together");
        }
    }

    private static string Of(string key, string list, int place) =>
        string.Create(CultureInfo.InvariantCulture, $"{key}:{list}:{place}");

    // A path that a request can have, and that names a file.
    private static bool IsPath(string path) =>
        path.Length > 1 && path[0] == '/'
        && path[1..].Split('/').All(static name =>
            Encoding.UTF8.GetBytes(name) is var bytes && bytes.Length <= GlobPattern.BytesMax
            && CanonicalPath.IsSegment(bytes) && !CanonicalPath.IsHidden(bytes));
}
