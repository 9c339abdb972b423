using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Content;

/// <summary>
/// One shard's view of the content: the generation that it serves in this pass. The reference changes only
/// between passes.
/// </summary>
public interface IContentSource
{
    /// <summary>The generation to look names up in.</summary>
    ContentGeneration Current { get; }

    /// <summary>
    /// Whether the file of an entry of <see cref="Current"/> is, at this time, what the entry says. False:
    /// its name is being read anew, and a later generation tells what it is now. Allocates nothing.
    /// </summary>
    /// <param name="entry">An entry for which <see cref="ContentEntry.MayChange"/> holds.</param>
    /// <param name="peer">Who asks: names of several peers are read anew in turn.</param>
    /// <param name="now">The instant of this pass.</param>
    bool IsCurrent(ContentEntry entry, IpAddress peer, Instant now) => true;
}
