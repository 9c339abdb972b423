using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>Orders that are there when the test says so.</summary>
internal sealed class TestOrders : IListingOrders
{
    private readonly Dictionary<(DirectoryEntry, ListingColumn), int[]> _made = [];

    public int NamesMax { get; init; } = 1_000_000;

    public ulong Run { get; init; } = 7;

    /// <summary>What is waited for.</summary>
    public HashSet<(DirectoryEntry Directory, ListingColumn By, StreamId Reader)> Wanted { get; } = [];

    public int[]? Find(DirectoryEntry directory, ListingColumn by, StreamId reader, IpAddress peer)
    {
        if (_made.TryGetValue((directory, by), out int[]? order))
        {
            return order;
        }
        Wanted.Add((directory, by, reader));
        return null;
    }

    public void Forget(DirectoryEntry directory, ListingColumn by, StreamId reader) =>
        Wanted.Remove((directory, by, reader));

    /// <summary>Makes all that is waited for.</summary>
    public void Make()
    {
        foreach ((DirectoryEntry directory, ListingColumn by, _) in Wanted)
        {
            _made[(directory, by)] = ListingSort.Of(directory.Children, by);
        }
        Wanted.Clear();
    }

    /// <summary>Others needed the room.</summary>
    public void Lose() => _made.Clear();
}
