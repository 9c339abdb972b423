namespace Straightwire.Protocols.Http.Sites;

/// <summary>What names without <c>.html</c> stand for.</summary>
public enum CleanUrls
{
    /// <summary>Themselves.</summary>
    Off,

    /// <summary>The file with <c>.html</c>, where there is none of their own.</summary>
    Serve,

    /// <summary>The same; names with <c>.html</c> or of an index redirect to those without (301).</summary>
    Redirect,
}
