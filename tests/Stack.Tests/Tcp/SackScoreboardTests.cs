using Straightwire.Simulation;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>Scoreboards are few: who has some of them, and who gets none.</summary>
public sealed class SackScoreboardTests
{
    private const int Boards = 64;

    private readonly TcpCounters _counters = new();
    private readonly List<TcpConnection> _connections = [];
    private SimulatedPeerTable _table = new();
    private PeerShares _shares = null!;
    private SackScoreboard _scoreboard = null!;

    [SetUp]
    public void Begin()
    {
        _table = new SimulatedPeerTable();
        _connections.Clear();
        TcpLimits limits = new() { ScoreboardCount = Boards };
        _shares = new PeerShares(limits, 1024, 1024, _table);
        _scoreboard = new SackScoreboard(Boards, _shares, _counters);
    }

    [Test]
    public void A_peer_that_wants_all_has_a_quarter_and_others_have_theirs()
    {
        Assert.That(Enumerable.Range(0, 10 * Boards).Count(_ => TryAdd(1)), Is.EqualTo(Boards / 4));
        Assert.That(_counters.ScoreboardsRefused, Is.EqualTo((10 * Boards) - (Boards / 4)));
        for (uint peer = 2; peer < 12; peer++)
        {
            Assert.That(TryAdd(peer), Is.True, $"peer {peer}");
        }
    }

    [Test]
    public void When_few_are_left_they_are_for_those_who_have_few()
    {
        for (uint peer = 1; peer <= 8; peer++)
        {
            for (int i = 0; i < Boards; i++)
            {
                TryAdd(peer);
            }
        }
        Assert.That(TryAdd(100), Is.True);
    }

    [Test]
    public void What_is_given_back_is_the_peers_again()
    {
        int had = Enumerable.Range(0, Boards).Count(_ => TryAdd(1));
        for (int i = 0; i < _connections.Count; i++)
        {
            TcpConnection tcb = _connections[i];
            if (i % 2 == 0)
            {
                _scoreboard.Release(ref tcb);
            }
            else
            {
                _scoreboard.Salvage(ref tcb);
            }
            _shares.Release(tcb.Peer);
        }
        Assert.That((_scoreboard.FreeCount, _table.HeldCount), Is.EqualTo((Boards, 0)));
        _connections.Clear();
        Assert.That(Enumerable.Range(0, Boards).Count(_ => TryAdd(1)), Is.EqualTo(had));
    }

    // A board may become free in the middle of another's recovery.
    [Test]
    public void Who_gets_a_board_has_nothing_of_who_had_it_before()
    {
        TryAdd(1);
        TcpConnection first = _connections[0];
        _scoreboard.RecoveryOf(in first) = new RecoveryState { Flight = 1, PrrDelivered = 2, PrrOut = 3 };
        _scoreboard.Release(ref first);
        TryAdd(2);
        Assert.That(_connections[1].Scoreboard, Is.EqualTo(_connections[0].Scoreboard));
        Assert.That(_scoreboard.RecoveryOf(_connections[1]), Is.EqualTo(default(RecoveryState)));
        Assert.That(_scoreboard.Sacked(_connections[1]), Is.EqualTo(1000));
    }

    private bool TryAdd(uint address)
    {
        TcpConnection tcb = new()
        {
            Place = _connections.Count,
            Peer = _shares.Hold(new Ipv4Address(address)),
            SndUna = new SequenceNumber(1000),
            SndNxt = new SequenceNumber(9000),
        };
        SackBlock block = new(new SequenceNumber(3000), new SequenceNumber(4000));
        bool isKept = _scoreboard.Add(ref tcb, block, default, out _) > 0;
        _connections.Add(tcb);
        return isKept;
    }
}
