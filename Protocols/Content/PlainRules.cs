namespace Straightwire.Protocols.Content;

/// <summary>Nothing but media types: what holds where no service has rules of its own.</summary>
public sealed class PlainRules : IContentRules
{
    /// <summary>The one that there is.</summary>
    public static PlainRules Instance { get; } = new();

    /// <inheritdoc/>
    public EntryRules Of(string path) => new(MediaTypes.Of(path), FieldBlock.Bare.Alone);
}
