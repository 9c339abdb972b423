namespace Straightwire.Protocols.Http.Sites;

/// <summary>Which answers a rule about fields is for.</summary>
public enum HeaderScope
{
    /// <summary>All, where its pattern is <c>/**</c>; else those with a file.</summary>
    All,

    /// <summary>Those with a file (200, 206, 304).</summary>
    Ok,

    /// <summary>All others: errors and redirects.</summary>
    Error,
}
