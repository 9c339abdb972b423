using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Services.Http;

/// <summary>
/// The thread that sorts large directories for listings, and what it has sorted: each directory of a
/// generation once, in turn by the peers that ask. What is kept is bounded whatever is asked for: the order
/// that nobody has asked for for longest gives way, and is made again should a slow reader still need it.
/// </summary>
internal sealed class ListingOrders : IDisposable
{
    /// <summary>Most bytes of the orders that are kept.</summary>
    public const long BytesMax = 32L << 20;

    /// <summary>Most orders that are kept.</summary>
    public const int CountMax = 256;

    /// <summary>Most names of a directory that is sorted: one does not take all the room.</summary>
    public const int NamesMax = (int)(BytesMax / sizeof(int) / 4);

    // A name and its entry, and its place, while a directory is sorted.
    private const int SortBytesOfName = 32;

    // A peer whose turns these are has them as the first one who asked for each.
    private const int SecondTurnsMax = 4096;

    /// <summary>Most bytes that are taken, with those of the directory that is being sorted.</summary>
    public const long MemoryMax = BytesMax + ((long)NamesMax * SortBytesOfName);

    private readonly object _gate = new();
    private readonly Dictionary<(DirectoryEntry Directory, ListingColumn By), Order> _orders = [];

    // Those that are made, the one that was asked for last at the end.
    private readonly LinkedList<Order> _made = new();
    private readonly FairQueue<IpAddress, Order> _wanted;
    private readonly FaultLog _faults;
    private readonly Func<DirectoryChildren, ListingColumn, int[]> _sort;
    private readonly Thread _thread;
    private long _bytes;
    private long _sorted;
    private bool _isStopped;

    /// <summary>Starts the thread.</summary>
    /// <param name="faults">Told of a sort that fails by a fault.</param>
    /// <param name="peerPrefixLength">How much of an IPv4 address makes a peer.</param>
    /// <param name="run">See <see cref="IListingOrders.Run"/>.</param>
    /// <param name="sort">What sorts; null: <see cref="ListingSort"/>.</param>
    public ListingOrders(
        FaultLog faults,
        int peerPrefixLength,
        ulong run,
        Func<DirectoryChildren, ListingColumn, int[]>? sort = null)
    {
        (_faults, Run) = (faults, run);
        _sort = sort ?? ((children, by) => ListingSort.Of(children, by));
        _wanted = new FairQueue<IpAddress, Order>(
            int.MaxValue, int.MaxValue, PeerNetwork.Of(peerPrefixLength));
        _thread = new Thread(Sort) { IsBackground = true, Name = "listing-orders" };
        _thread.Start();
    }

    /// <summary>See <see cref="IListingOrders.Run"/>.</summary>
    public ulong Run { get; }

    /// <summary>Directories that were sorted.</summary>
    public long Sorted => Volatile.Read(ref _sorted);

    /// <summary>Bytes of the orders that are kept.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Orders that are kept, and those that are waited for.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _orders.Count;
            }
        }
    }

    /// <summary>
    /// An order; null: the reader is told by his shard once it is made. From the shard's thread.
    /// </summary>
    public int[]? Find(
        DirectoryEntry directory, ListingColumn by, IpAddress peer, ShardOrders shard, StreamId reader)
    {
        lock (_gate)
        {
            if (!_orders.TryGetValue((directory, by), out Order? order))
            {
                order = new Order(directory, by);
                _orders.Add((directory, by), order);
            }
            if (order.Places is not null)
            {
                _made.Remove(order.Node);
                _made.AddLast(order.Node);
                return order.Places;
            }
            order.Readers.Add((shard, reader));
            // Nobody waits for the turn of who asked first; but all that wait are bounded.
            if (order.Askers.Count == 0 || _wanted.Count < SecondTurnsMax)
            {
                IpAddress owner = _wanted.OwnerOf(peer);
                if (order.Askers.Add(owner))
                {
                    _wanted.Add(owner, order);
                    Monitor.Pulse(_gate);
                }
            }
            return null;
        }
    }

    /// <summary>A reader that waits is gone.</summary>
    public void Forget(DirectoryEntry directory, ListingColumn by, ShardOrders shard, StreamId reader)
    {
        lock (_gate)
        {
            if (_orders.TryGetValue((directory, by), out Order? order))
            {
                order.Readers.Remove((shard, reader));
            }
        }
    }

    /// <summary>Ends the thread, after the directory that it is at.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void Sort()
    {
        while (TryTake(out Order order))
        {
            int[]? places = null;
            _faults.TryDo(
                "sort of a listing", () => places = _sort(order.Directory.Children, order.By));
            Finish(order, places);
        }
    }

    private bool TryTake(out Order order)
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                while (_wanted.TryTake(out order!))
                {
                    if (order.Readers.Count > 0)
                    {
                        return true;
                    }
                    // Made in another peer's turn, or nobody waits any more.
                    if (order.Places is null)
                    {
                        Drop(order);
                    }
                }
                Monitor.Wait(_gate);
            }
            order = null!;
            return false;
        }
    }

    private void Finish(Order order, int[]? places)
    {
        lock (_gate)
        {
            if (places is null)
            {
                // Its readers are reset when they have waited for long enough; who asks next may fare better.
                Drop(order);
                return;
            }
            order.Places = places;
            _made.AddLast(order.Node);
            Volatile.Write(ref _bytes, _bytes + ((long)places.Length * sizeof(int)));
            Volatile.Write(ref _sorted, _sorted + 1);
            while (_bytes > BytesMax || _made.Count > CountMax)
            {
                GiveWay(_made.First!.Value);
            }
            foreach ((ShardOrders shard, StreamId reader) in order.Readers)
            {
                shard.Tell(reader);
            }
            order.Readers.Clear();
            order.Askers.Clear();
        }
    }

    private void GiveWay(Order order)
    {
        _made.RemoveFirst();
        Drop(order);
        Volatile.Write(ref _bytes, _bytes - ((long)order.Places!.Length * sizeof(int)));
    }

    // Another may have been begun of the same name since.
    private void Drop(Order order)
    {
        (DirectoryEntry, ListingColumn) key = (order.Directory, order.By);
        if (_orders.GetValueOrDefault(key) == order)
        {
            _orders.Remove(key);
        }
    }

    private sealed class Order
    {
        public Order(DirectoryEntry directory, ListingColumn by)
        {
            (Directory, By) = (directory, by);
            Node = new LinkedListNode<Order>(this);
        }

        public DirectoryEntry Directory { get; }

        public ListingColumn By { get; }

        public LinkedListNode<Order> Node { get; }

        public int[]? Places { get; set; }

        public HashSet<(ShardOrders Shard, StreamId Reader)> Readers { get; } = [];

        public HashSet<IpAddress> Askers { get; } = [];
    }
}
