using System.Globalization;
using System.Runtime.InteropServices;
using Straightwire.Simulation;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Faults;

/// <summary>
/// Control blocks in which any field says anything, while their connections and others are at work: what
/// comes of it is the end of those connections, and of nothing else.
/// </summary>
public sealed class BrokenBlockTests
{
    private const int Broken = 12, Honest = 20;

    /// <summary>TESTS_SEEDS=from..to runs other seeds than these.</summary>
    private static (ulong From, ulong To) Seeds
    {
        get
        {
            string[] ends =
                (Environment.GetEnvironmentVariable("TESTS_SEEDS") ?? "1..100").Split("..");
            return (ulong.Parse(ends[0], CultureInfo.InvariantCulture),
                ulong.Parse(ends[^1], CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void Cost_their_own_connections_alone()
    {
        (ulong from, ulong to) = Seeds;
        long faults = 0;
        List<string> failures = [];
        for (ulong seed = from; seed <= to && failures.Count < 3; seed++)
        {
            try
            {
                faults += Run(seed);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"seed {seed}: {exception}");
            }
        }
        TestContext.Out.WriteLine($"{faults} faults");
        Assert.That(failures, Is.Empty, () => string.Join('\n', failures));
        Assert.That(faults, Is.GreaterThan((long)(to - from)), "the runs prove something only if it breaks");
    }

    [Test]
    public void Another_address_ends_all_that_had_the_old_one_whatever_their_blocks_say()
    {
        FaultWorld world = new(5, static _ => new BusySession());
        for (int i = 0; i < Broken; i++)
        {
            ushort port = (ushort)(FaultWorld.BrokenFirst + i);
            Assert.That(world.Stacks.TryConnect(port, new BusySession()));
            world.World.RunUntil(world.World.Now.PlusMilliseconds(5));
            FlowKey flow = FaultWorld.FlowOf(port);
            world.Stacks.Server.Tcp.BlockOf(in flow).Scoreboard = i % 2 == 0 ? 0 : 1000;
        }
        Shard server = world.Stacks.Server;
        server.Adopt(
            new NetworkState
            {
                Mac = server.Options.Mac,
                Address = new Ipv4Prefix(new Ipv4Address(0xC612_0042), 24),
                Mtu = 1500,
            },
            world.World.Now);
        Assert.That((server.ConnectionCount, world.Counters.ConnectionFaults), Is.EqualTo((0, Broken / 2)));
        Assert.That(server.Tcp.HoldsNothing);
    }

    private static long Run(ulong seed)
    {
        SeededRandom random = new(seed);
        FaultWorld world = new(
            seed, static _ => new BusySession(), new LinkFaults { Loss = random.Pick(0, 0.02, 0.05) });
        List<ushort> ports = [];
        for (int i = 0; i < Honest; i++)
        {
            world.AddHonest();
            if (i < Broken)
            {
                ports.Add((ushort)(FaultWorld.BrokenFirst + i));
                Assert.That(world.Stacks.TryConnect(ports[^1], new BusySession()));
            }
            Wait(world, random);
        }
        for (int i = 0; i < 60; i++)
        {
            FlowKey flow = FaultWorld.FlowOf(random.Pick<ushort>([.. ports]));
            if (world.Stacks.Server.Tcp.TryInspect(in flow, out _))
            {
                Break(ref world.Stacks.Server.Tcp.BlockOf(in flow), random);
            }
            Wait(world, random);
        }
        world.World.RunUntil(
            world.World.Now.PlusMilliseconds(100_000),
            () => world.Honest.TrueForAll(client => client.HasEnded));
        world.RequireHonestAndEmpty();
        return world.Counters.ConnectionFaults;
    }

    private static void Wait(FaultWorld world, SeededRandom random) =>
        world.World.RunUntil(world.World.Now.Plus(random.Between(0, 4_000_000)));

    private static void Break(ref TcpConnection tcb, SeededRandom random)
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<TcpConnection>(ref tcb));
        int at = random.Between(0, (bytes.Length / 4) - 1) * 4;
        Span<byte> field = bytes[at..(at + 4)];
        uint value = random.Between(0, 5) switch
        {
            0 => 0,
            1 => uint.MaxValue,
            2 => (uint)random.Between(-5, 5),
            3 => (uint)random.Between(0, 2000),
            4 => BitConverter.ToUInt32(field) ^ (1u << random.Between(0, 31)),
            _ => (uint)random.Next(),
        };
        BitConverter.TryWriteBytes(field, value);
    }

    // Sends both kinds of bytes as long as there is room, takes a part of what it is shown, and waits.
    private sealed class BusySession : QuietSession
    {
        private int _turn;

        public override void OnConnected(ref StreamOutput output) => Fill(ref output);

        public override int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
        {
            Fill(ref output);
            return received.Length / 2;
        }

        public override void OnWritable(ref StreamOutput output) => Fill(ref output);

        public override void OnDeadline(ref StreamOutput output) => Fill(ref output);

        private void Fill(ref StreamOutput output)
        {
            for (int i = 0; i < 4; i++)
            {
                output.TryWrite(new byte[100 + (_turn * 37 % 3000)]);
                output.TryWriteContent(new ContentSlice(1 + (_turn % 3), 0, 5000));
                _turn++;
            }
            output.SetDeadline(output.Now.PlusMilliseconds(15));
        }
    }
}
