namespace Straightwire.Protocols.Content;

/// <summary>What an index finds by its path.</summary>
internal interface INamed
{
    /// <summary>Canonical path.</summary>
    string Path { get; }
}
