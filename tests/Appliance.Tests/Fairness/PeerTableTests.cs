using Straightwire.Appliance.Fairness;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Fairness;

/// <summary>Who connects, as the threads of all shards know it.</summary>
public sealed class PeerTableTests
{
    private static readonly UInt128 Key = new(0x1234_5678_9ABC_DEF0, 42);

    [Test]
    public void A_peer_has_one_place_as_long_as_it_is_held()
    {
        PeerTable table = new(32, [], Key);
        int place = table.Hold(Address(1));
        Assert.That(place, Is.Not.EqualTo(IPeerTable.Unlimited));
        Assert.That(table.Hold(Address(1)), Is.EqualTo(place));
        Assert.That(table.Hold(Address(2)), Is.Not.EqualTo(place));
        Assert.That(table.CountHeld(), Is.EqualTo(2));
        table.Release(place);
        table.Release(place);
        Assert.That(table.CountHeld(), Is.EqualTo(1));
        Assert.That(table.Hold(Address(1)), Is.EqualTo(place), "it is remembered until the place is needed");
    }

    [Test]
    public void A_prefix_makes_one_peer_of_a_network_and_the_exempt_have_no_place()
    {
        Assert.That(Ipv4Prefix.TryParse("198.19.7.0/24", out Ipv4Prefix exempt));
        PeerTable table = new(16, [exempt], Key);
        Assert.That(table.Hold(Address(0x0801)), Is.EqualTo(table.Hold(Address(0x0902))));
        Assert.That(table.Hold(Address(0x0701)), Is.EqualTo(IPeerTable.Unlimited));
        Assert.That(table.Hold(new Ipv4Address(0xC612_0801)), Is.Not.EqualTo(table.Hold(Address(0x0801))));
        PeerTable zero = new(32, [], Key);
        Assert.That(zero.Hold(default), Is.Not.EqualTo(IPeerTable.Unlimited), "0.0.0.0 is no free place");
    }

    [Test]
    public void A_place_that_nobody_holds_gives_way_and_with_all_held_the_next_have_no_limits()
    {
        PeerTable table = new(32, [], Key);
        for (uint i = 0; i < 300_000; i++)
        {
            int place = table.Hold(Address(i));
            Assert.That(place, Is.Not.EqualTo(IPeerTable.Unlimited));
            table.Release(place);
        }
        for (uint i = 0; i < 40_000; i++)
        {
            table.Hold(Address(i));
        }
        Assert.That(table.Overflows, Is.LessThan(40), "groups fill evenly");
        for (uint i = 40_000; i < 100_000; i++)
        {
            table.Hold(Address(i));
        }
        Assert.That(table.CountHeld(), Is.EqualTo(PeerTable.PlacesMax - 1));
        Assert.That(table.Hold(Address(100_000)), Is.EqualTo(IPeerTable.Unlimited));
    }

    [Test]
    public void Counts_are_exact_while_many_threads_count()
    {
        const int Threads = 4, Rounds = 20_000, Most = 3;
        PeerTable table = new(32, [], Key);
        int over = 0, taken = 0;
        int[] inside = new int[16];
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                int peer = ((i * 7) + thread) % inside.Length;
                int place = table.Hold(Address((uint)peer));
                if (table.TryAdd(place, PeerCount.Connections, Most))
                {
                    Interlocked.Increment(ref taken);
                    if (Interlocked.Increment(ref inside[peer]) > Most)
                    {
                        Interlocked.Increment(ref over);
                    }
                    Interlocked.Decrement(ref inside[peer]);
                    table.Remove(place, PeerCount.Connections);
                }
                table.Release(place);
            }
        });
        Assert.That((over, taken), Is.EqualTo((0, taken)));
        Assert.That(taken, Is.GreaterThan(Rounds));
        Assert.That(table.CountHeld(), Is.Zero);
        for (uint peer = 0; peer < inside.Length; peer++)
        {
            Assert.That(table.Count(table.Hold(Address(peer)), PeerCount.Connections), Is.Zero);
        }
    }

    [Test]
    public void No_two_peers_share_a_place_while_threads_take_each_others()
    {
        const int Threads = 4, Rounds = 50_000;
        PeerTable table = new(32, [], Key);
        int[] owner = new int[PeerTable.PlacesMax];
        int clashes = 0;
        Parallel.For(1, Threads + 1, new ParallelOptions { MaxDegreeOfParallelism = Threads }, thread =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                int place = table.Hold(Address((uint)((thread << 20) | i)));
                if (Interlocked.CompareExchange(ref owner[place], thread, 0) != 0)
                {
                    Interlocked.Increment(ref clashes);
                }
                Interlocked.Exchange(ref owner[place], 0);
                table.Release(place);
            }
        });
        Assert.That((clashes, table.Overflows, table.CountHeld()), Is.EqualTo((0, 0L, 0)));
    }

    private static Ipv4Address Address(uint number) => new(0xC613_0000 + number);
}
