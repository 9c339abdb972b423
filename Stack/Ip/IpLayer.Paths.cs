using System.Buffers.Binary;
using Straightwire.Stack.Handover;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <content>What the paths to destinations take, and that other shards are told of it.</content>
public sealed partial class IpLayer
{
    // What is learned of paths and told to other shards, so that nobody can fill their queues with it.
    private const int PathNewsPerSecond = 100;

    private readonly IpOptions _options;
    private readonly PathTable _paths;
    private readonly ShardRound _round;
    private readonly RateLimit _news = new(PathNewsPerSecond);

    /// <inheritdoc/>
    public int PathVersion => _paths.Version;

    /// <inheritdoc/>
    public int PathPayloadMax(IpAddress destination)
    {
        int known = _paths.MtuOf(destination);
        int most = PayloadMax(destination);
        return known > 0 ? most - Math.Max(0, Mtu - known) : most;
    }

    /// <inheritdoc/>
    public bool TryLearnPathMtu(IpAddress destination, int mtu, Instant now)
    {
        if (mtu < _options.PathMtuMin)
        {
            _counters.PathMtusTooSmall++;
            return false;
        }
        if (mtu >= Mtu)
        {
            return false;
        }
        _counters.PathMtusLearned++;
        int version = _paths.Version;
        _paths.Learn(destination, mtu, now);
        if (_paths.Version != version && _round.HasPeers && _news.TryTake(now))
        {
            // The next connection to the destination may be another shard's.
            Span<byte> record = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(record, mtu);
            HandoverHeader header = new(HandoverKind.PathMtu, default, destination, default);
            _round.GiveAll(in header, record);
        }
        return true;
    }

    /// <inheritdoc/>
    public bool IsPathOld(IpAddress destination, Instant now) => _paths.IsOld(destination, now);

    /// <inheritdoc/>
    public void BeginPathTrial(IpAddress destination, Instant now)
    {
        _counters.PathTrials++;
        _paths.BeginTrial(destination, now);
    }

    /// <inheritdoc/>
    public void ForgetPath(IpAddress destination) => _paths.Forget(destination);

    // Another shard has learned what a path takes.
    private void AdoptPathMtu(in HandoverHeader header, ReadOnlySpan<byte> bytes, Instant now) =>
        _paths.Learn(header.Source, BinaryPrimitives.ReadInt32BigEndian(bytes), now);
}
