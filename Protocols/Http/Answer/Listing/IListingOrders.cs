using Straightwire.Protocols.Content;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http.Answer.Listing;

/// <summary>
/// The orders of large directories, made by who has the time for it and kept as long as there is room for
/// them; for one shard.
/// </summary>
public interface IListingOrders
{
    /// <summary>Most names of a directory that is sorted.</summary>
    int NamesMax { get; }

    /// <summary>A number that no other run of the program has, for tags.</summary>
    ulong Run { get; }

    /// <summary>
    /// The order of a directory (<see cref="ListingSort"/>), the same whenever it is asked for, to be used
    /// during the call alone; null: it is being made, and the reader is notified when it is there.
    /// </summary>
    /// <param name="directory">The directory, as this generation or one before has it.</param>
    /// <param name="by">By what it is sorted.</param>
    /// <param name="reader">Who waits for it.</param>
    /// <param name="peer">Whose request it is: those of several peers are made in turn.</param>
    int[]? Find(DirectoryEntry directory, ListingColumn by, StreamId reader, IpAddress peer);

    /// <summary>A reader that waits is gone.</summary>
    void Forget(DirectoryEntry directory, ListingColumn by, StreamId reader);
}
