using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>A rule about the fields of answers.</summary>
public sealed record HeaderRule
{
    /// <summary>Which files it is for.</summary>
    [Key("Which files: a pattern of paths, where * is within a name, ** any directories, ? a character, "
        + "[a-z] one of a set, {a,b} one or the other; without a slash a pattern of the last name.",
        Example = "\"/assets/**\"")]
    public string Match { get; init; } = "/**";

    /// <summary>What the fields are.</summary>
    [Key("Fields of the answer by name; null takes one away that an earlier rule set. All rules that match "
        + "apply in their order.", Items = 64, HasNullItems = true,
        Example = """{ "X-Robots-Tag": "noindex", "X-Old": null }""")]
    public Dictionary<string, string?>? Set { get; init; }

    /// <summary>What caches may do.</summary>
    [Key("Cache-Control of these files, as http.site.cache says it; null: as before.",
        Example = "\"immutable\"")]
    public string? Cache { get; init; }

    /// <summary>Which answers it is for.</summary>
    [Key("ok: answers with a file; error: others, which only a rule for /** reaches; all: both.")]
    public HeaderScope On { get; init; }
}
