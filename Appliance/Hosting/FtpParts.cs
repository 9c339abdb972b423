using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Changes;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Passwords;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Protocols;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack;

namespace Straightwire.Appliance.Hosting;

/// <summary>What the shards' services of FTP have in common: threads that work for them, and logs.</summary>
public sealed class FtpParts : IDisposable
{
    private readonly FtpOptions _options;
    private readonly PasswordChecks _passwords;
    private readonly SharedFtpClients _clients;
    private readonly ContentWriter? _writer;

    /// <summary>Opens the logs and starts the threads.</summary>
    /// <param name="options">Everything.</param>
    /// <param name="store">The content.</param>
    /// <param name="logger">Told of failed logins, and of logs that cannot be written.</param>
    /// <param name="faults">Told of jobs that fail by a fault.</param>
    /// <exception cref="IOException">A log cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public FtpParts(ApplianceOptions options, ContentStore store, ILogger logger, FaultLog faults)
    {
        int peer = options.Tcp.Peer.Prefix4;
        _options = options.Ftp.ToFtp() with { PeerPrefixLength = peer };
        Log = new TransferLog(
            options.Ftp.Logs.ToTransferLog() with { PeerPrefixLength = peer }, logger, faults);
        _passwords = new PasswordChecks(
            _options.Users.Select(user => user.PasswordHash), faults: faults, peerPrefixLength: peer);
        _clients = new SharedFtpClients(_options);
        // Where nobody may change anything, no memory and no thread is kept ready for it.
        _writer = _options.Users.All(user => (user.Rights & ~FtpUser.ReadOnly) == 0)
            ? null
            : new ContentWriter(
                store,
                options.ToContent(),
                options.Ftp.Uploads.ToUploads() with { PeerPrefixLength = peer },
                logger,
                faults);
    }

    /// <summary>The log of all services.</summary>
    public TransferLog Log { get; }

    /// <summary>A shard's service, which it listens with.</summary>
    /// <param name="shard">Before its first pass.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="clock">Tells the time of day.</param>
    public FtpService AddShard(Shard shard, ShardContent content, WallClock clock)
    {
        FtpOptions options = _options with
        {
            ShardNumber = shard.Options.Place.Number,
            ShardCount = shard.Options.Place.Count,
        };
        var service = new FtpService(
            options, content, content, shard.Tcp, _writer?.AddShard(content) ?? new ReadOnlyChanges(),
            _passwords.AddShard(shard.Link.Wake), Log, clock, ShardSecretsSource.DrawSeed(), _clients);
        shard.Listen(service);
        return service;
    }

    /// <summary>
    /// Finishes what was committed, ends the threads, and writes what the logs still hold. After the shards
    /// have ended, and before the content does.
    /// </summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _passwords.Dispose();
        Log.Dispose();
    }
}
