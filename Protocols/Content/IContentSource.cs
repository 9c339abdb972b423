namespace Straightwire.Protocols.Content;

/// <summary>
/// One shard's view of the content: the generation that it serves in this pass. The reference changes only
/// between passes.
/// </summary>
public interface IContentSource
{
    /// <summary>The generation to look names up in.</summary>
    ContentGeneration Current { get; }
}
