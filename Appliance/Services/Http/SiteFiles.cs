using Straightwire.Protocols.Http.Sites;

namespace Straightwire.Appliance.Services.Http;

/// <summary>Files and directories of the content that sites name: each is looked at.</summary>
internal static class SiteFiles
{
    /// <summary>The faults: the key, with ':' between its parts, and what is wrong with it.</summary>
    /// <param name="settings">The section.</param>
    /// <param name="content">The content's directory; null: there is none.</param>
    internal static IEnumerable<(string Key, string Message)> Faults(
        HttpSettings settings, string? content)
    {
        if (content is null)
        {
            yield break;
        }
        // What all sites have is each site's; where there are none, it is of the whole content.
        if (settings.Sites.Length == 0)
        {
            foreach ((string Key, string Message) fault in FileFaults("http:site", settings.Site, content))
            {
                yield return fault;
            }
        }
        for (int i = 0; i < settings.Sites.Length; i++)
        {
            SiteOptions site = settings.Sites[i];
            string key = SiteFaults.KeyOf(i);
            string root = Path.Join(content, SiteTable.RootOf(site.Root));
            if (!Directory.Exists(root))
            {
                yield return ($"{key}:root", $"the content has no directory '{site.Root}'"
                    + (Directory.Exists(site.Root) && site.Root.StartsWith('/')
                        ? ": what is served lies within content/directory"
                        : ""));
                continue;
            }
            foreach ((string Key, string Message) fault in FileFaults(key, site.Or(settings.Site), root))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<(string Key, string Message)> FileFaults(
        string key, SiteRules rules, string root)
    {
        if (rules.Fallback is { } fallback && !File.Exists(Path.Join(root, fallback)))
        {
            yield return ($"{key}:fallback", $"the site has no file '{fallback}'");
        }
        foreach ((string status, string page) in rules.Errors ?? [])
        {
            if (!File.Exists(Path.Join(root, page)))
            {
                yield return ($"{key}:errors:{status}", $"the site has no file '{page}'");
            }
        }
    }
}
