using System.Buffers.Binary;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Simulation.Tests;

/// <summary>
/// A protocol as FTP is, with control connections and data connections either way, over a faulty cable and a
/// slow disk; everything is drawn from a seed. A control message is a letter and a number of 4 bytes.
/// </summary>
internal sealed class TransferScenario : IStreamService
{
    private const int MessageLength = 5;
    private const ushort DataPort = 20, PassiveFirst = 30_000, ActiveFirst = 40_000;

    private readonly SimulatedWorld _world;
    private readonly SeededRandom _random;
    private readonly TwoStacks _stacks;
    private readonly List<Transfer> _transfers = [];
    private readonly List<Client> _clients = [];
    private readonly Instant _faultsEnd;
    private readonly DrawnNetwork _network;
    private int _accepted;

    private TransferScenario(ulong seed)
    {
        _world = new SimulatedWorld(seed);
        _random = new SeededRandom(_world.Random.Next());
        _faultsEnd = _world.Now.PlusMilliseconds(_random.Between(1, 12) * 1000);
        int window = _random.Pick(4096, 65_536, 262_144);
        _stacks = new TwoStacks(
            _world,
            new CablePlan
            {
                Delay = TimeSpan.FromMicroseconds(_random.Pick(20, 5000, 40_000)),
                BitsPerSecond = _random.Pick(0L, 0L, 20_000_000),
                ToServer = DrawFaults(),
                ToClient = DrawFaults(),
            },
            options => options with { Tcp = options.Tcp with { ReceiveWindow = window } });
        _network = new DrawnNetwork(seed, _stacks, _faultsEnd);
        _stacks.Server.Listen(this);
    }

    /// <inheritdoc/>
    public ushort Port => TwoStacks.ServerPort;

    /// <summary>Runs a seed; throws what went wrong. Returns how often a disk held up a peer.</summary>
    public static int Run(ulong seed, ScenarioTotals totals)
    {
        TransferScenario scenario = new(seed);
        scenario.Open();
        scenario.Finish();
        scenario._network.Check(totals);
        totals.Add(scenario._stacks.Client.Counters);
        totals.Add(scenario._stacks.Server.Counters);
        return scenario._transfers.Sum(transfer => transfer.Stored?.Stalls ?? 0);
    }

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info) => new Server(this, PassiveFirst + _accepted++);

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new SimulationException($"it does not hold that {rule}");
        }
    }

    private LinkFaults DrawFaults() => new()
    {
        Loss = _random.Pick(0, 0.01, 0.05, 0.2),
        Duplication = _random.Pick(0, 0.02, 0.2),
        Reordering = _random.Pick(0, 0.02, 0.2),
        ReorderingMaximum = TimeSpan.FromMilliseconds(_random.Pick(1, 30, 300)),
        Corruption = _random.Pick(0, 0, 0.02),
        Until = _faultsEnd,
    };

    private void Open()
    {
        int count = _random.Between(1, 3);
        for (int i = 0; i < count; i++)
        {
            Client client = new(this, ActiveFirst + (2 * i), _random.Between(1, 4));
            _clients.Add(client);
            Require(_stacks.TryConnect(0, client), "the table has room");
        }
    }

    private Transfer DrawTransfer()
    {
        int most = _random.Pick(0, 1000, 50_000, 300_000);
        Transfer transfer = new()
        {
            Number = _transfers.Count,
            Plan = StreamPlan.Draw(_random, _random.Between(0, most)),
            IsStore = _random.Chance(0.6),
            IsActive = _random.Chance(0.5),
        };
        _transfers.Add(transfer);
        return transfer;
    }

    private IStreamSession ServerSide(Transfer transfer, Action atEnd)
    {
        if (!transfer.IsStore)
        {
            transfer.Sender = new PlannedSession(new SessionPlan
            {
                Sends = transfer.Plan,
                Expects = StreamPlan.Draw(_random, 0),
            })
            { AtEnd = atEnd };
            return transfer.Sender;
        }
        int slow = _random.Pick(0, 1, 20, 700);
        transfer.Stored = new StoringSession(
            _world,
            _stacks.Server.Tcp,
            transfer.Plan,
            _random.Pick(4000, 16_384, 100_000),
            () => TimeSpan.FromMilliseconds(_random.Between(0, slow)))
        { AtEnd = atEnd };
        return transfer.Stored;
    }

    private PlannedSession ClientSide(Transfer transfer)
    {
        StreamPlan nothing = StreamPlan.Draw(_random, 0);
        transfer.Client = new PlannedSession(new SessionPlan
        {
            Sends = transfer.IsStore ? transfer.Plan : nothing,
            Expects = transfer.IsStore ? nothing : transfer.Plan,
            Finish = transfer.IsStore ? FinishTime.WhenWritten : FinishTime.AfterPeer,
        });
        return transfer.Client;
    }

    private void Finish()
    {
        Instant limit = _faultsEnd.PlusMilliseconds(400_000);
        bool ended = _world.RunUntil(limit, () => _clients.TrueForAll(client => client.HasEnded)
            && _transfers.TrueForAll(transfer => transfer.HasEnded));
        Require(ended, "all transfers have ended:\n" + string.Join('\n', _transfers));
        foreach (Transfer transfer in _transfers)
        {
            Require(transfer.IsComplete, "all that was sent has arrived: " + transfer);
        }
        _world.RunUntil(_world.Now.PlusMilliseconds(200_000));
        _stacks.RequireEmpty();
    }

    /// <summary>One file, either way.</summary>
    private sealed class Transfer
    {
        public required int Number { get; init; }

        public required StreamPlan Plan { get; init; }

        public required bool IsStore { get; init; }

        public required bool IsActive { get; init; }

        public PlannedSession? Client { get; set; }

        public PlannedSession? Sender { get; set; }

        public StoringSession? Stored { get; set; }

        public bool HasEnded => Client?.End is not null && (IsStore ? Stored?.End : Sender?.End) is not null;

        public bool IsComplete => Client!.IsComplete && (IsStore ? Stored!.IsComplete : Sender!.IsComplete);

        public override string ToString() =>
            $"{Number}: {(IsStore ? "stores" : "retrieves")} {Plan.Length}, active {IsActive}, "
            + $"client ended {Client?.End}, stored {Stored?.Stored} ended {Stored?.End}, sent {Sender?.End}";
    }

    /// <summary>Either end of a control connection.</summary>
    private abstract class Control : IStreamSession
    {
        public StreamId Id { get; private set; }

        public StreamEnd? End { get; private set; }

        public virtual void OnConnected(ref StreamOutput output) => Id = output.Id;

        public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
        {
            int consumed = 0;
            for (; received.Length - consumed >= MessageLength; consumed += MessageLength)
            {
                int number = BinaryPrimitives.ReadInt32BigEndian(received[(consumed + 1)..]);
                OnMessage((char)received[consumed], number, ref output);
            }
            return consumed;
        }

        public void OnWritable(ref StreamOutput output)
        {
        }

        public void OnPeerFinished(ref StreamOutput output) => output.Finish();

        public void OnDeadline(ref StreamOutput output)
        {
        }

        public void OnDrain(ref StreamOutput output)
        {
        }

        public virtual void OnNotified(ref StreamOutput output)
        {
        }

        public void OnClosed(StreamEnd end) => End = end;

        protected static void Say(char letter, int number, ref StreamOutput output)
        {
            byte[] message = new byte[MessageLength];
            message[0] = (byte)letter;
            BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), number);
            Require(output.TryWrite(message), "a message has room");
        }

        protected abstract void OnMessage(char letter, int number, ref StreamOutput output);
    }

    private sealed class Server(TransferScenario scenario, int passivePort) : Control
    {
        private readonly Queue<int> _done = new();

        public override void OnNotified(ref StreamOutput output)
        {
            while (_done.TryDequeue(out int number))
            {
                Say('D', number, ref output);
            }
        }

        protected override void OnMessage(char letter, int number, ref StreamOutput output)
        {
            IStreamNetwork network = scenario._stacks.Server.Tcp;
            Transfer transfer = scenario._transfers[number & 0xFFFF];
            IStreamSession session = scenario.ServerSide(transfer, () =>
            {
                _done.Enqueue(transfer.Number);
                network.Notify(Id);
            });
            if (letter == 'P')
            {
                Require(
                    network.TryExpect((ushort)passivePort, TwoStacks.ClientAddress, session), "it is free");
                Say('L', (transfer.Number << 16) | passivePort, ref output);
                return;
            }
            FlowKey flow = new(
                TwoStacks.ServerAddress, DataPort, TwoStacks.ClientAddress, (ushort)(number >> 16));
            // The fixed port may still stand in TIME-WAIT to this port of the peer's.
            Require(
                network.TryConnect(in flow, session, output.Now)
                || network.TryConnect(flow with { LocalPort = 0 }, session, output.Now),
                "a connection is opened");
        }
    }

    private sealed class Client(TransferScenario scenario, int activePort, int transfers) : Control
    {
        private int _left = transfers;

        public bool HasEnded => End is not null;

        public override void OnConnected(ref StreamOutput output)
        {
            base.OnConnected(ref output);
            Next(ref output);
        }

        protected override void OnMessage(char letter, int number, ref StreamOutput output)
        {
            if (letter == 'D')
            {
                Next(ref output);
                return;
            }
            PlannedSession session = scenario.ClientSide(scenario._transfers[number >> 16]);
            FlowKey flow = new(TwoStacks.ClientAddress, 0, TwoStacks.ServerAddress, (ushort)number);
            Require(scenario._stacks.Client.Tcp.TryConnect(in flow, session, output.Now), "there is room");
        }

        private void Next(ref StreamOutput output)
        {
            if (_left-- == 0)
            {
                output.Finish();
                return;
            }
            Transfer transfer = scenario.DrawTransfer();
            int port = activePort + (_left & 1);
            if (transfer.IsActive)
            {
                PlannedSession session = scenario.ClientSide(transfer);
                Require(
                    scenario._stacks.Client.Tcp.TryExpect((ushort)port, TwoStacks.ServerAddress, session),
                    "the port is free");
            }
            Say(transfer.IsActive ? 'A' : 'P', (port << 16) | transfer.Number, ref output);
        }
    }
}
