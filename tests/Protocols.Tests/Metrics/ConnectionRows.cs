using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Tests.Metrics;

/// <summary>
/// Shards that have as many connections as a test wants, and fill pages when they are told to.
/// </summary>
internal sealed class ConnectionRows : IConnectionPages
{
    private readonly List<Table> _shards = [];

    /// <summary>Makes shards with so many places each, of which none is taken.</summary>
    public ConnectionRows(params int[] places) =>
        _shards.AddRange(places.Select(count => new Table(count)));

    public int ShardCount => _shards.Count;

    /// <summary>Pages that wait to be filled.</summary>
    public Queue<ConnectionPage> Asked { get; } = new();

    /// <summary>The most places that a shard looked at for one page.</summary>
    public int GlancesMax => _shards.Max(shard => shard.GlancesMax);

    public void Ask(ConnectionPage page) => Asked.Enqueue(page);

    /// <summary>A connection comes to a place.</summary>
    public void Add(int shard, int place, FlowKey flow, TcpState state = TcpState.Established) =>
        _shards[shard].Blocks[place] =
            new TcpConnection { Flow = flow, State = state, Mss = 1000, Cwnd = 10_000 };

    /// <summary>The connection of a place is gone.</summary>
    public void Remove(int shard, int place) => _shards[shard].Blocks[place] = default;

    /// <summary>A connection of a peer.</summary>
    public static FlowKey FlowOf(uint peer, ushort port = 80) =>
        new(new Ipv4Address(0xC612_0002), port, new Ipv4Address(peer), 40_000);

    /// <summary>The shard that it is for fills the oldest page.</summary>
    public ConnectionPage Fill()
    {
        ConnectionPage page = Asked.Dequeue();
        Table table = _shards[page.Shard];
        table.Glances = 0;
        page.Fill(table, Instant.Zero);
        return page;
    }

    private sealed class Table(int places) : IConnectionTable
    {
        private int _glances;

        public TcpConnection[] Blocks { get; } = new TcpConnection[places];

        public int GlancesMax { get; private set; }

        public int Glances
        {
            get => _glances;
            set => GlancesMax = Math.Max(GlancesMax, _glances = value);
        }

        public int PlaceCount => places;

        public bool TryGlance(int place, out FlowKey flow, out TcpState state)
        {
            Glances++;
            (flow, state) = (Blocks[place].Flow, Blocks[place].State);
            return state != TcpState.Closed;
        }

        public ConnectionFacts FactsOf(int place, Instant now) => new(in Blocks[place], 0, 200_000_000, now);
    }
}
