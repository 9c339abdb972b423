using System.Globalization;
using System.Text;
using Straightwire.Protocols.Content;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>
/// What of sites' rules is right by itself, and of no use for the content, or means two things there.
/// </summary>
internal sealed class SiteRemarks
{
    // A tree that was meant for other rules does not flood the log.
    private const int Max = 20;

    private readonly List<(Site Site, SiteOptions Options, string Key)> _sites = [];

    /// <summary>Takes a site, with what it says itself.</summary>
    public void Add(Site site, SiteOptions options, string key) => _sites.Add((site, options, key));

    /// <summary>The remarks on a generation, the first of them.</summary>
    public IEnumerable<string> Of(ContentGeneration generation) =>
        Unmet().Concat(Doubles(generation)).Take(Max);

    private IEnumerable<string> Unmet()
    {
        // A rule of all sites is of use when it is so for one of them.
        var unmet = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach ((Site site, SiteOptions options, string key) in _sites)
        {
            (bool[] headers, bool[] hide) = site.Fields.Met;
            Add($"/{(options.Headers is null ? SiteFaults.CommonKey : key)}/headers/", headers);
            Add($"/{(options.Hide is null ? SiteFaults.CommonKey : key)}/hide/", hide);
        }
        return unmet.Where(static rule => rule.Value)
            .Select(static rule => $"{rule.Key.Replace(':', '/')} meets no file today");

        void Add(string place, bool[] met)
        {
            for (int i = 0; i < met.Length; i++)
            {
                string rule = place + i.ToString(CultureInfo.InvariantCulture);
                unmet[rule] = unmet.GetValueOrDefault(rule, true) && !met[i];
            }
        }
    }

    // With clean names, a file and a directory may have one name.
    private IEnumerable<string> Doubles(ContentGeneration generation)
    {
        foreach ((Site site, _, string key) in _sites)
        {
            if (site.Clean == CleanUrls.Off)
            {
                continue;
            }
            string root = Encoding.UTF8.GetString(site.Root) + "/";
            foreach (DirectoryEntry directory in generation.Directories)
            {
                string name = directory.Path.TrimEnd('/');
                if (name.Length >= root.Length
                    && directory.Path.StartsWith(root, StringComparison.Ordinal)
                    && generation.Find(Encoding.UTF8.GetBytes(name + ".html")) is not null
                    && HasIndex(directory, site))
                {
                    name = name[(root.Length - 1)..];
                    yield return $"/{key.Replace(':', '/')}: {name} is {name}.html, and {name}/ a directory";
                }
            }
        }
    }

    private static bool HasIndex(DirectoryEntry directory, Site site) =>
        site.Index.Any(index => directory.Children.TryFind(index, out _));
}
