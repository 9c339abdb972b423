namespace Straightwire.Protocols.Content;

/// <summary>What a name in the content stands for.</summary>
public enum ContentKind
{
    /// <summary>A file, or a directory by its index file.</summary>
    File,

    /// <summary>A directory asked for without its final slash: redirect to the name with it.</summary>
    DirectoryRedirect,
}
