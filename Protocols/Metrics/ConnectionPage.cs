using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// A piece of a listing of connections. Whoever asks sends it to a shard, which goes on where it stopped, for
/// as many connections as a pass has time and the page has room for; then it comes back, is read, and goes
/// again. One thread has it at a time.
/// </summary>
public sealed class ConnectionPage
{
    // Some 50 µs of a pass: rows that fill it, or places that are only looked at.
    private const int RowsBytes = 8192;
    private const int TailBytes = 256;
    private const int PlacesMax = 1024;

    private readonly byte[] _text = new byte[RowsBytes + TailBytes];
    private readonly int _shardCount;
    private int _length;
    private int _place;
    private bool _isBegun;

    /// <summary>Makes an empty page.</summary>
    /// <param name="query">What is asked for.</param>
    /// <param name="reader">Who reads it.</param>
    /// <param name="shardCount">Shards that there are.</param>
    /// <param name="filled">Called when it has come back; on the thread of who asked.</param>
    public ConnectionPage(ConnectionQuery query, StreamId reader, int shardCount, Action filled) =>
        (Query, Reader, _shardCount, Filled) = (query, reader, shardCount, filled);

    /// <summary>What is asked for.</summary>
    public ConnectionQuery Query { get; }

    /// <summary>Who reads it.</summary>
    public StreamId Reader { get; }

    /// <summary>The shard that fills it next.</summary>
    public int Shard { get; private set; }

    /// <summary>Whether the listing is complete with what it has.</summary>
    public bool IsLast => Shard == _shardCount;

    /// <summary>What was written, whole lines.</summary>
    public ReadOnlySpan<byte> Written => _text.AsSpan(0, _length);

    internal ConnectionTotals Totals { get; private set; }

    internal Action Filled { get; }

    /// <summary>Fills it anew; on the thread of its shard, between two passes.</summary>
    /// <param name="connections">The shard's.</param>
    /// <param name="now">The instant of this pass.</param>
    public void Fill(IConnectionTable connections, Instant now)
    {
        var writer = new ConnectionWriter(_text.AsSpan(0, RowsBytes));
        if (!_isBegun)
        {
            _isBegun = true;
            writer.WriteHead(Query.IsJson);
        }
        int end = Math.Min(connections.PlaceCount, _place + PlacesMax);
        while (_place < end && TryPass(connections, now, ref writer))
        {
            _place++;
        }
        if (_place == connections.PlaceCount)
        {
            (Shard, _place) = (Shard + 1, 0);
        }
        _length = writer.Length;
        if (IsLast)
        {
            var tail = new ConnectionWriter(_text.AsSpan(_length));
            tail.WriteTail(Query.IsJson, Totals);
            _length += tail.Length;
        }
    }

    // Whether the place is done with: false where its connection has no room.
    private bool TryPass(IConnectionTable connections, Instant now, ref ConnectionWriter writer)
    {
        if (!connections.TryGlance(_place, out FlowKey flow, out TcpState state))
        {
            return true;
        }
        ConnectionTotals totals = Totals with { All = Totals.All + 1 };
        if (Query.Matches(flow, state))
        {
            totals = totals with { Matching = totals.Matching + 1 };
            if (totals.Listed < Query.Limit)
            {
                ConnectionFacts facts = connections.FactsOf(_place, now);
                if (!writer.TryWrite(facts, Shard, Query.IsJson, isFirst: totals.Listed == 0))
                {
                    return false;
                }
                totals = totals with { Listed = totals.Listed + 1 };
            }
        }
        Totals = totals;
        return true;
    }
}
