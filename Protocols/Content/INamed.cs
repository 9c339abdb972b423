namespace Straightwire.Protocols.Content;

/// <summary>What an index finds by its path.</summary>
internal interface INamed
{
    /// <summary>The canonical path that it is found by.</summary>
    string Path { get; }
}
