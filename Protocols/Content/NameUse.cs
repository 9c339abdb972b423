namespace Straightwire.Protocols.Content;

/// <summary>What a name is asked for.</summary>
public enum NameUse
{
    /// <summary>Something that is there.</summary>
    Existing,

    /// <summary>A file that shall be served.</summary>
    File,

    /// <summary>
    /// A file that is uploaded: with a dot in front it is kept aside, neither listed nor read, until it is
    /// renamed to a name that is served.
    /// </summary>
    Upload,

    /// <summary>A directory that shall be served.</summary>
    Directory,
}
