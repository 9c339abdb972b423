using Straightwire.Stack.Frames;

namespace Straightwire.Simulation.Tests;

public sealed class SimulatedLinkTests
{
    private static readonly LinkFaults Every = new()
    {
        Loss = 0.1,
        Duplication = 0.1,
        Reordering = 0.3,
        Corruption = 0.1,
        Truncation = 0.05,
        Jitter = TimeSpan.FromMilliseconds(2),
    };

    [Test]
    public void A_cable_without_faults_delivers_everything_in_order_after_the_delay()
    {
        (List<byte[]> arrived, double seconds) = Carry(1, LinkFaults.None);
        Assert.That(arrived, Is.EqualTo(Frames()));
        Assert.That(seconds, Is.EqualTo(0.005).Within(1e-9));
    }

    [Test]
    public void One_seed_repeats_a_run_exactly_and_another_does_not()
    {
        List<byte[]> first = Carry(7, Every).Arrived;
        Assert.That(Carry(7, Every).Arrived, Is.EqualTo(first));
        Assert.That(Carry(8, Every).Arrived, Is.Not.EqualTo(first));
    }

    [Test]
    public void Each_fault_shows()
    {
        List<byte[]> sent = Frames();
        Assert.That(Carry(1, new LinkFaults { Loss = 0.5 }).Arrived, Has.Count.LessThan(sent.Count));
        Assert.That(
            Carry(1, new LinkFaults { Duplication = 0.5 }).Arrived, Has.Count.GreaterThan(sent.Count));
        List<byte[]> reordered = Carry(1, new LinkFaults { Reordering = 0.5 }).Arrived;
        Assert.That(reordered, Is.EquivalentTo(sent).And.Not.EqualTo(sent));
        List<byte[]> corrupted = Carry(1, new LinkFaults { Corruption = 1 }).Arrived;
        Assert.That(corrupted.Zip(sent).All(
            pair => pair.First.Zip(pair.Second).Count(b => b.First != b.Second) == 1));
        List<byte[]> cut = Carry(1, new LinkFaults { Truncation = 1 }).Arrived;
        Assert.That(cut.Zip(sent).All(pair => pair.First.Length < pair.Second.Length));
        Assert.That(Carry(1, new LinkFaults { PathMtu = 50 }).Arrived, Is.Empty);
        LinkFaults stall =
            new() { StallEvery = TimeSpan.FromSeconds(10), StallFor = TimeSpan.FromSeconds(2) };
        double seconds = Carry(1, stall).Seconds;
        Assert.That(seconds, Is.EqualTo(1).Within(1e-9), "the world begins in the middle of the stall");
        Assert.That(Carry(1, Every with { Until = new(0) }).Arrived, Is.EqualTo(sent), "faults end");
    }

    [Test]
    public void A_line_that_is_behind_refuses_and_has_room_again()
    {
        SimulatedWorld world = new(1);
        (SimulatedLink a, _) =
            SimulatedLink.Join(world, LinkFaults.None, LinkFaults.None, TimeSpan.Zero, 1_000_000);
        int taken = 0;
        while (a.TrySend(new byte[1514], world.Now))
        {
            taken++;
        }
        Assert.That(taken, Is.InRange(60, 70));
        Assert.That(
            world.RunUntil(world.Now.PlusMilliseconds(1000), () => a.TrySend(new byte[1514], world.Now)));
    }

    private static List<byte[]> Frames() => [.. Enumerable.Range(0, 50).Select(
        i => RawFrame.Ipv4(1, 2, 3, 4, 6, new byte[40].Select((_, at) => (byte)(i + at)).ToArray()))];

    private static (List<byte[]> Arrived, double Seconds) Carry(ulong seed, LinkFaults faults)
    {
        SimulatedWorld world = new(seed);
        (SimulatedLink a, SimulatedLink b) = SimulatedLink.Join(
            world, faults, LinkFaults.None, TimeSpan.FromMilliseconds(5));
        foreach (byte[] frame in Frames())
        {
            Assert.That(a.TrySend(frame, world.Now));
        }
        List<byte[]> arrived = [];
        long last = world.Now.Nanoseconds;
        Frame[] batch = new Frame[3];
        world.RunUntil(world.Now.PlusMilliseconds(20_000), () =>
        {
            for (int count = b.Receive(batch, world.Now); count > 0; count = b.Receive(batch, world.Now))
            {
                arrived.AddRange(batch[..count].Select(frame => b.Bytes(frame).ToArray()));
                last = world.Now.Nanoseconds;
            }
            return false;
        });
        return (arrived, (last / 1e9) - 1);
    }
}
