using Straightwire.Appliance.Services;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Udp;

namespace Straightwire.EchoService;

/// <summary>The echoes of all shards.</summary>
internal sealed class EchoServer : IService
{
    private readonly List<OnShard> _shards = [];

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        var service = new OnShard();
        shard.Stack.Listen(service);
        _shards.Add(service);
        return service;
    }

    /// <inheritdoc/>
    public void Write(MetricsText text) =>
        text.Counter("echo_bytes", "Bytes that were sent back.", _shards.Sum(shard => shard.Bytes));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class OnShard : IShardService, IDatagramService
    {
        public long Bytes { get; private set; }

        public ushort Port => EchoPlan.Port;

        public int Answer(in DatagramInfo info, ReadOnlySpan<byte> query, Span<byte> reply)
        {
            // What is longer than one packet takes is not echoed: UDP does without.
            if (query.Length > reply.Length)
            {
                return 0;
            }
            query.CopyTo(reply);
            Bytes += query.Length;
            return query.Length;
        }
    }
}
