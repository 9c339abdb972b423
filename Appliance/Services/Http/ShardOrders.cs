using Straightwire.Appliance.Mailboxes;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Http;

/// <summary>One shard's way to what is sorted for listings.</summary>
/// <param name="shared">What all shards share.</param>
/// <param name="network">The shard's TCP.</param>
/// <param name="wake">Ends the shard's wait; from any thread.</param>
internal sealed class ShardOrders(ListingOrders shared, IStreamNetwork network, Action wake) : IListingOrders
{
    // Each of them makes what its path takes at once, so that many who wait for one directory go on in
    // several passes, and others between them.
    private const int ToldInAPass = 8;

    private readonly ShardMailbox<StreamId> _posted = new(wake);
    private readonly Queue<StreamId> _waiting = new();

    /// <inheritdoc/>
    public int NamesMax => ListingOrders.NamesMax;

    /// <inheritdoc/>
    public ulong Run => shared.Run;

    /// <inheritdoc/>
    public int[]? Find(DirectoryEntry directory, ListingColumn by, StreamId reader, IpAddress peer) =>
        shared.Find(directory, by, peer, this, reader);

    /// <inheritdoc/>
    public void Forget(DirectoryEntry directory, ListingColumn by, StreamId reader) =>
        shared.Forget(directory, by, this, reader);

    /// <summary>What a reader waits for is there; from any thread.</summary>
    public void Tell(StreamId reader) => _posted.Post(reader);

    /// <summary>The shard begins a pass: readers go on that have waited.</summary>
    public void BeginPass()
    {
        while (_posted.TryTake(out StreamId reader))
        {
            _waiting.Enqueue(reader);
        }
        for (int i = 0; i < ToldInAPass && _waiting.TryDequeue(out StreamId reader); i++)
        {
            network.Notify(reader);
        }
        if (_waiting.Count > 0)
        {
            wake();
        }
    }
}
