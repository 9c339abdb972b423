using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Services.Http;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Http.Answer.Listing;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Services.Http;

/// <summary>What is sorted for listings: once, in turn, and no more of it kept than is allowed.</summary>
[TestFixture]
public sealed class ListingOrdersTests : IStreamNetwork
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<StreamId> _told = new();
    private readonly AutoResetEvent _woken = new(false);

    public bool TryConnect(in FlowKey flow, IStreamSession session, Instant now, out StreamId stream)
    {
        stream = default;
        return false;
    }

    public bool TryExpect(ushort port, IpAddress peer, IStreamSession session) => false;

    public void Unexpect(ushort port, IpAddress peer)
    {
    }

    public void Notify(StreamId stream) => _told.Enqueue(stream);

    [SetUp]
    public void Forget() => _told.Clear();

    [Test]
    public void A_directory_is_sorted_once_whoever_waits_for_it()
    {
        DirectoryEntry directory = DirectoryOf(2000);
        int sorts = 0;
        using ListingOrders orders = Open((children, by) =>
        {
            sorts++;
            return ListingSort.Of(children, by);
        });
        ShardOrders shard = ShardOf(orders);
        for (int reader = 0; reader < 100; reader++)
        {
            _ = shard.Find(directory, ListingColumn.Size, new StreamId(reader, 1), Peer(reader));
        }

        Await(shard, 100);

        Assert.That(_told.Select(each => each.Place), Is.Unique.And.SubsetOf(Enumerable.Range(0, 100)));
        Assert.That(
            shard.Find(directory, ListingColumn.Size, default, default),
            Is.EqualTo(ListingSort.Of(directory.Children, ListingColumn.Size)));
        Assert.That((sorts, orders.Sorted), Is.EqualTo((1, 1)));
        Assert.That(orders.Bytes, Is.EqualTo(2000 * sizeof(int)));
    }

    [Test]
    public void Readers_go_on_a_few_a_pass()
    {
        DirectoryEntry directory = DirectoryOf(10);
        using ListingOrders orders = Open();
        ShardOrders shard = ShardOf(orders);
        for (int reader = 0; reader < 20; reader++)
        {
            _ = shard.Find(directory, ListingColumn.Time, new StreamId(reader, 1), default);
        }
        int most = 0;
        for (int before = 0; before < 20;)
        {
            Assert.That(_woken.WaitOne(Patience));
            shard.BeginPass();
            most = Math.Max(most, _told.Count - before);
            before = _told.Count;
        }
        Assert.That(most, Is.EqualTo(8));
    }

    [Test]
    public void What_is_kept_is_bounded_however_many_directories_are_asked_for()
    {
        using ListingOrders orders = Open((children, _) => new int[ListingOrders.NamesMax / 4]);
        ShardOrders shard = ShardOf(orders);
        for (int i = 0; i < 1000; i++)
        {
            _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(i, 1), Peer(i % 7));
        }
        Await(shard, 1000);
        Assert.That(orders.Bytes, Is.LessThanOrEqualTo(ListingOrders.BytesMax));
        Assert.That(orders.Count, Is.EqualTo(16));

        using ListingOrders small = Open();
        shard = ShardOf(small);
        for (int i = 0; i < 1000; i++)
        {
            _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(i, 1), Peer(i % 7));
        }
        _told.Clear();
        Await(shard, 1000);
        Assert.That(small.Count, Is.EqualTo(ListingOrders.CountMax));
    }

    [Test]
    public void The_order_that_was_asked_for_last_is_kept()
    {
        DirectoryEntry first = DirectoryOf(1);
        using ListingOrders orders = Open((_, _) => new int[ListingOrders.NamesMax]);
        ShardOrders shard = ShardOf(orders);
        for (int i = 0; i < 20; i++)
        {
            _ = shard.Find(first, ListingColumn.Name, new StreamId(0, 1), default);
            _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(i + 1, 1), default);
            Await(shard, i + 2);
        }
        Assert.That(orders.Sorted, Is.EqualTo(21), "the first one was sorted once");
    }

    [Test]
    public void One_peers_heap_delays_anothers_directory_by_one()
    {
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using ListingOrders orders = Open((children, by) =>
        {
            begun.Set();
            goOn.Wait();
            return ListingSort.Of(children, by);
        });
        ShardOrders shard = ShardOf(orders);
        _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(0, 1), Peer(1));
        Assert.That(begun.Wait(Patience));
        DirectoryEntry[] heap = [.. Enumerable.Range(0, 50).Select(_ => DirectoryOf(1))];
        for (int i = 0; i < heap.Length; i++)
        {
            _ = shard.Find(heap[i], ListingColumn.Name, new StreamId(i + 1, 1), Peer(1));
        }
        // One of its own, and one that the other asks for as well, last of all.
        _ = shard.Find(DirectoryOf(2), ListingColumn.Name, new StreamId(100, 1), Peer(2));
        _ = shard.Find(heap[^1], ListingColumn.Name, new StreamId(101, 1), Peer(2));
        goOn.Set();

        Await(shard, 53);
        int[] order = [.. _told.Select(each => each.Place)];
        Assert.That(Array.IndexOf(order, 100), Is.LessThanOrEqualTo(3));
        Assert.That(Array.IndexOf(order, 101), Is.LessThanOrEqualTo(6));
    }

    [Test]
    public void What_nobody_waits_for_any_more_is_not_sorted()
    {
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using ListingOrders orders = Open((children, by) =>
        {
            begun.Set();
            goOn.Wait();
            return ListingSort.Of(children, by);
        });
        ShardOrders shard = ShardOf(orders);
        _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(0, 1), default);
        Assert.That(begun.Wait(Patience));
        DirectoryEntry directory = DirectoryOf(1);
        for (int i = 0; i < 10_000; i++)
        {
            _ = shard.Find(directory, ListingColumn.Name, new StreamId(i, 2), Peer(i % 200));
            shard.Forget(directory, ListingColumn.Name, new StreamId(i, 2));
        }
        Assert.That(orders.Count, Is.EqualTo(2));
        _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(1, 1), default);
        goOn.Set();
        Await(shard, 2);
        Assert.That(orders.Sorted, Is.EqualTo(2));
        Assert.That(_told.Select(each => each.Place), Is.EqualTo([0, 1]));
    }

    [Test]
    public void A_sort_that_fails_is_told_and_the_next_one_is_done()
    {
        var faults = new FaultLog(NullLogger.Instance);
        using var orders = new ListingOrders(faults, 32, 1, (children, by) =>
            children.Length != 1
                ? ListingSort.Of(children, by)
                : throw new InvalidOperationException("a test"));
        ShardOrders shard = ShardOf(orders);
        _ = shard.Find(DirectoryOf(1), ListingColumn.Name, new StreamId(1, 1), default);
        _ = shard.Find(DirectoryOf(2), ListingColumn.Name, new StreamId(2, 1), default);
        Await(shard, 1);
        Assert.That(_told.Single().Place, Is.EqualTo(2));
        Assert.That((faults.JobFaults, orders.Count), Is.EqualTo((1, 1)));
    }

    private static ListingOrders Open(Func<DirectoryChildren, ListingColumn, int[]>? sort = null) =>
        new(new FaultLog(NullLogger.Instance), 32, 1, sort);

    private ShardOrders ShardOf(ListingOrders orders) => new(orders, this, () => _woken.Set());

    // The shard begins passes until so many readers were told.
    private void Await(ShardOrders shard, int count)
    {
        while (_told.Count < count)
        {
            Assert.That(_woken.WaitOne(Patience), $"{_told.Count} of {count}");
            shard.BeginPass();
        }
    }

    private static IpAddress Peer(int number) => new Ipv4Address(0xC612_0000 + (uint)number);

    private static DirectoryEntry DirectoryOf(int names) => new()
    {
        Path = "/d/",
        Children =
        [
            .. Enumerable.Range(0, names).Select(i => new DirectoryChild(
                System.Text.Encoding.ASCII.GetBytes($"n{i}"),
                new ContentEntry { Path = $"/d/n{i}" })),
        ],
    };
}
