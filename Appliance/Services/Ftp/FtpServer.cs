using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Metrics;
using Straightwire.Appliance.Passwords;
using Straightwire.Devices.Native;
using Straightwire.Protocols.Ftp;
using Straightwire.Protocols.Metrics;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Services.Ftp;

/// <summary>What the shards' services of FTP have in common: threads that work for them, and logs.</summary>
internal sealed class FtpServer : IService
{
    private readonly FtpOptions _options;
    private readonly TransferLog _log;
    private readonly PasswordChecks _passwords;
    private readonly SharedFtpClients _clients;
    private readonly ContentWriter? _writer;
    private readonly List<FtpService> _shards = [];

    // Made when it is asked for, since the last shard is added after the first one is.
    private CounterTable? _table;

    /// <summary>Opens the logs and starts the threads.</summary>
    public FtpServer(FtpPlan plan, in ServiceHost host)
    {
        int peer = plan.Context.PeerPrefixLength;
        _options = plan.Options;
        _log = new TransferLog(plan.Logs, host.Logger, host.Faults);
        _passwords = new PasswordChecks(
            _options.Users.Select(user => user.PasswordHash), faults: host.Faults, peerPrefixLength: peer);
        _clients = new SharedFtpClients(_options);
        // Where nobody may change anything, no memory and no thread is kept ready for it.
        _writer = plan.Uploads is { } uploads
            ? new ContentWriter(host.Content, plan.Context.Content, uploads, host.Logger, host.Faults)
            : null;
    }

    /// <inheritdoc/>
    public IShardService AddShard(in ShardContext shard)
    {
        FtpOptions options = _options with
        {
            ShardNumber = shard.Stack.Options.Place.Number,
            ShardCount = shard.Stack.Options.Place.Count,
        };
        var service = new FtpService(
            options, shard.Content, shard.Content, shard.Stack.Tcp,
            _writer?.AddShard(shard.Content) ?? new ReadOnlyChanges(),
            _passwords.AddShard(shard.Stack.Link.Wake), _log, shard.Clock, SystemRandom.Seed(), _clients);
        shard.Stack.Listen(service);
        _shards.Add(service);
        return new OnShard(service);
    }

    /// <inheritdoc/>
    public void Write(MetricsText text)
    {
        text.Gauge("ftp_clients", "Control connections now.", _shards.Sum(shard => shard.ClientCount));
        text.Counter("ftp_log_records_dropped",
            "Records that were not logged because the log could not keep up.", _log.Dropped);
        text.Counter("ftp_log_failures", "Writes of logs that failed.", _log.Failures);
        _table ??= CounterTable.Of("ftp", _shards.Select(shard => shard.Counters));
        _table.Write(text);
    }

    /// <inheritdoc/>
    public void Reopen() => _log.Reopen();

    /// <summary>
    /// Finishes what was committed, ends the threads, and writes what the logs still hold.
    /// </summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _passwords.Dispose();
        _log.Dispose();
    }

    private sealed class OnShard(FtpService service) : IShardService
    {
        public void BeginPass(Instant now) => service.BeginPass(now);
    }
}
