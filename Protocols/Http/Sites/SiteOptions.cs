using Straightwire.Stack.Rules;

namespace Straightwire.Protocols.Http.Sites;

/// <summary>A site; what of its rules is null is as http.site says.</summary>
public sealed record SiteOptions : SiteRules
{
    /// <summary>What it is called.</summary>
    [Key("What it is called in logs and faults.", Example = "\"www\"")]
    public string Name { get; init; } = "";

    /// <summary>The names that it is asked for by.</summary>
    [Key("The names that it is asked for by; *.example.org stands for all names below.", Items = 100_000,
        Example = """["example.org", "*.example.net"]""")]
    public string[] Hosts { get; init; } = [];

    /// <summary>Names that lead to it.</summary>
    [Key("Names that redirect (301) to the first of hosts.", Items = 100_000,
        Example = """["www.example.org"]""")]
    public string[] RedirectHosts { get; init; } = [];

    /// <summary>Whether all other names are its own.</summary>
    [Key("All names that no site has are this one's; without such a site they are refused (421).")]
    public bool Default { get; init; }

    /// <summary>Its directory.</summary>
    [Key("Its directory, within content.directory.", Example = "\"example.org/current\"")]
    public string Root { get; init; } = "";
}
