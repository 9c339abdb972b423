using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>How a site answers; what is null is as another says.</summary>
public record SiteRules
{
    /// <summary>What holds where nothing is said.</summary>
    public static SiteRules Usual { get; } = new()
    {
        Index = ["index.html"],
        TrailingSlash = SlashPolicy.Redirect,
        CleanUrls = Sites.CleanUrls.Off,
        CaseRedirect = false,
        Listing = false,
        Cache = "revalidate",
        Security = true,
    };

    /// <summary>What a directory is answered with.</summary>
    [Key("File names that a directory is answered with: the first that it has.", Items = 16)]
    public string[]? Index { get; init; }

    /// <summary>What a directory without its slash is answered with.</summary>
    [Key("A directory without its final slash: redirect (301 to the name with it) or serve.")]
    public SlashPolicy? TrailingSlash { get; init; }

    /// <summary>Whether names may stand without .html.</summary>
    [Key("off; serve: /about is about.html; redirect: and /about.html, /about/, /x/index.html redirect to "
        + "/about and /x/ (301).")]
    public CleanUrls? CleanUrls { get; init; }

    /// <summary>Whether letters of the other case are forgiven.</summary>
    [Key("A name that is not there redirects (301) to the only one that differs in upper and lower case.")]
    public bool? CaseRedirect { get; init; }

    /// <summary>Whether directories without an index are listed.</summary>
    [Key("Directories without an index file are listed, as HTML, JSON or text.")]
    public bool? Listing { get; init; }

    /// <summary>What caches may do with files.</summary>
    [Key("Cache-Control of files: revalidate (no-cache), immutable (for a year), auto (immutable where the "
        + "name has a word of 8 or more letters and digits, else revalidate), none, a time like 1h, or the "
        + "field's own text. Errors are no-store.")]
    public string? Cache { get; init; }

    /// <summary>Whether fields that browsers protect visitors by are sent.</summary>
    [Key("Referrer-Policy, X-Frame-Options: SAMEORIGIN and Cross-Origin-Opener-Policy are sent; false for "
        + "pages that others embed.")]
    public bool? Security { get; init; }

    /// <summary>Rules about the fields of answers.</summary>
    [Key("Rules about the fields of answers, in their order.", Items = 10_000,
        Example = """[{ "match": "*.pdf", "cache": "1h" }]""")]
    public HeaderRule[]? Headers { get; init; }

    /// <summary>The pages of errors.</summary>
    [Key("Files that are sent with errors, by status code or 4xx, 5xx; null: the nearest 404.html upwards.",
        Items = 64, Example = """{ "404": "/404.html", "5xx": "/sorry.html" }""")]
    public Dictionary<string, string>? Errors { get; init; }

    /// <summary>What an application's own places are answered with.</summary>
    [Key("The file that is sent where nothing is found and the name has no extension of a known type "
        + "(applications with a router of their own); null: 404.", Example = "\"/index.html\"")]
    public string? Fallback { get; init; }

    /// <summary>What is in the content, and not in the site.</summary>
    [Key("Patterns of files that the site does not have.", Items = 1000, Example = "[\"**/*.map\"]")]
    public string[]? Hide { get; init; }

    /// <summary>These rules, and where one is null that of another.</summary>
    public SiteRules Or(SiteRules other) => new()
    {
        Index = Index ?? other.Index,
        TrailingSlash = TrailingSlash ?? other.TrailingSlash,
        CleanUrls = CleanUrls ?? other.CleanUrls,
        CaseRedirect = CaseRedirect ?? other.CaseRedirect,
        Listing = Listing ?? other.Listing,
        Cache = Cache ?? other.Cache,
        Security = Security ?? other.Security,
        Headers = Headers ?? other.Headers,
        Errors = Errors ?? other.Errors,
        Fallback = Fallback ?? other.Fallback,
        Hide = Hide ?? other.Hide,
    };
}
