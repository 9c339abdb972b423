using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Ftp;
using Straightwire.Protocols;
using Straightwire.Protocols.Ftp;
using Straightwire.Stack;
using Straightwire.Stack.Time;

namespace Straightwire.Appliance.Hosting;

/// <summary>FTP's service of one shard, and the threads that work for it.</summary>
public sealed class FtpParts : IDisposable
{
    private readonly Passwords _passwords;
    private readonly ContentWriter? _writer;

    /// <summary>Opens the logs and starts the threads; the shard listens.</summary>
    /// <param name="options">Everything.</param>
    /// <param name="shard">Before its first pass.</param>
    /// <param name="store">The content.</param>
    /// <param name="content">The shard's view of it.</param>
    /// <param name="clock">Tells the time of day.</param>
    /// <param name="logger">Told of failed logins, and of logs that cannot be written.</param>
    /// <exception cref="IOException">A log cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a permission.</exception>
    public FtpParts(
        ApplianceOptions options,
        Shard shard,
        ContentStore store,
        ShardContent content,
        WallClock clock,
        ILogger logger)
    {
        FtpOptions ftp = options.Ftp.ToFtp();
        Log = new TransferLog(options.Ftp.Logs.ToTransferLog(), logger);
        _passwords = new Passwords(ftp.Users, shard.Link.Wake);
        // Where nobody may change anything, no memory and no thread is kept ready for it.
        _writer = ftp.Users.All(user => (user.Rights & ~FtpUser.ReadOnly) == 0)
            ? null
            : new ContentWriter(store, options.ToContent(), options.Ftp.Uploads.ToUploads(), logger);
        Service = new FtpService(
            ftp, content, content, shard.Tcp, _writer?.AddShard(content) ?? new ReadOnlyChanges(),
            _passwords, Log, clock, ShardSecretsSource.DrawSeed());
        shard.Listen(Service);
    }

    /// <summary>The service.</summary>
    public FtpService Service { get; }

    /// <summary>Its log.</summary>
    public TransferLog Log { get; }

    /// <summary>After the content has begun the pass, on the shard's thread.</summary>
    public void BeginPass(Instant now) => Service.BeginPass(now);

    /// <summary>
    /// Finishes what was committed, ends the threads, and writes what the logs still hold. After the shard
    /// has ended, and before the content does.
    /// </summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _passwords.Dispose();
        Log.Dispose();
    }
}
