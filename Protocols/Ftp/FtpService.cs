using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Frames;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// FTP for one shard (RFC 959, 1123 §4.1, 2228's refusals, 2389, 2428, 2577, 3659, 7151): takes control
/// connections, and knows what their sessions share.
/// </summary>
public sealed class FtpService : IStreamService
{
    // The longest path, a user's root before it, and a name behind it.
    private const int PathLengthMax = 3 * 4096;

    // A reply holds at most a path, each of whose bytes may be a quote.
    private const int ScratchLength = 32_768;

    // A SYN may be so late (RFC 9293 §3.4.2 supposes two minutes, and networks lose what is older than some
    // seconds).
    private const long RestNanoseconds = 30_000_000_000;

    // So many names of sessions, some of them gone, are kept before all are told whatever changed.
    private const int WaitingMax = 1024;

    private readonly Dictionary<string, FtpUser> _users = new(StringComparer.Ordinal);
    private readonly List<StreamId> _waiting = [];
    private readonly Instant[] _restedAt;
    private ContentGeneration? _generation;
    private readonly RandomNumbers _random;
    private int _clients;

    /// <summary>Makes the service of one shard.</summary>
    /// <param name="options">Limits and users.</param>
    /// <param name="content">The shard's view of the content.</param>
    /// <param name="memory">The same, of its bytes.</param>
    /// <param name="network">The shard's TCP.</param>
    /// <param name="changes">Makes changes of the content.</param>
    /// <param name="passwords">Checks passwords.</param>
    /// <param name="log">Is told of logins, transfers and changes.</param>
    /// <param name="clock">Tells the time of day.</param>
    /// <param name="seed">Of passive ports; not to be guessed.</param>
    /// <param name="clients">Counts the clients of all shards; null: this is the only one.</param>
    public FtpService(
        FtpOptions options,
        IContentSource content,
        IContentMemory memory,
        IStreamNetwork network,
        IContentChanges changes,
        IPasswords passwords,
        IFtpLog log,
        WallClock clock,
        ulong seed,
        FtpClients? clients = null)
    {
        Invariant.Assert(options.PassivePortFirst <= options.PassivePortLast, "the passive range has a port");
        (Options, Content, Memory, Network) = (options, content, memory, network);
        (Changes, Passwords, Log, Clock) = (changes, passwords, log, clock);
        Clients = clients ?? new FtpClients(options);
        _random = new RandomNumbers(seed);
        int ports = options.PassivePortLast - options.PassivePortFirst + 1;
        _restedAt = new Instant[(ports - options.ShardNumber + options.ShardCount - 1) / options.ShardCount];
        foreach (FtpUser user in options.Users)
        {
            Invariant.Assert(
                !user.IsAnonymous || (user.Rights & ~FtpUser.ReadOnly) == 0,
                "who needs no password changes nothing");
            _users.Add(user.Name, user);
        }
        Anonymous = options.Anonymous
            ? new FtpUser { Owner = new ContentOwner("anonymous", options.AnonymousDirectory) }
            : null;
        Line = new byte[options.CommandBytes];
    }

    /// <inheritdoc/>
    public ushort Port => Options.Port;

    /// <summary>What it was told.</summary>
    public FtpOptions Options { get; }

    /// <summary>What it did and refused.</summary>
    public FtpCounters Counters { get; } = new();

    /// <summary>Control connections that are open now and were not refused.</summary>
    public int ClientCount => _clients;

    /// <summary>The generation that is served.</summary>
    internal IContentSource Content { get; }

    /// <summary>The bytes of what is served.</summary>
    internal IContentMemory Memory { get; }

    /// <summary>The shard's TCP, for data connections and notices.</summary>
    internal IStreamNetwork Network { get; }

    /// <summary>Makes changes of the content, and takes uploads.</summary>
    internal IContentChanges Changes { get; }

    /// <summary>Checks passwords on other threads.</summary>
    internal IPasswords Passwords { get; }

    /// <summary>Is told what was done.</summary>
    internal IFtpLog Log { get; }

    /// <summary>Tells the time of day.</summary>
    internal WallClock Clock { get; }

    /// <summary>Counts who is connected, in all shards.</summary>
    internal FtpClients Clients { get; }

    /// <summary>Who logs in without a password; null when nobody may.</summary>
    internal FtpUser? Anonymous { get; }

    /// <summary>A command line, during a call.</summary>
    internal byte[] Line { get; }

    /// <summary>A reply or a piece of a transfer, during a call.</summary>
    internal byte[] Scratch { get; } = new byte[ScratchLength];

    /// <summary>A path, during a lookup.</summary>
    internal byte[] PathScratch { get; } = new byte[PathLengthMax];

    /// <summary>The instant of this pass.</summary>
    internal Instant Now { get; private set; }

    /// <summary>
    /// The shard begins a pass: what other threads have finished is told to the sessions. After the content
    /// has begun the pass, so that what they changed is there.
    /// </summary>
    public void BeginPass(Instant now)
    {
        Now = now;
        TellWaiting();
        Changes.Poll(Network, now);
        Passwords.Poll(Network, now);
    }

    /// <inheritdoc/>
    public IStreamSession? Accept(in StreamInfo info)
    {
        Now = info.Now;
        FtpEntry entry = Clients.TryEnter(info.Flow.RemoteAddress);
        string? refusal = null;
        if (entry == FtpEntry.TooManyClients)
        {
            Counters.ClientsRefused++;
            refusal = "Too many clients are connected. Try again later.";
        }
        else if (entry == FtpEntry.TooManyOfPeer)
        {
            Counters.PeerClientsRefused++;
            refusal = "Too many connections from your address.";
        }
        else
        {
            _clients++;
        }
        Counters.Connections++;
        return new FtpSession(this, info.Flow, refusal);
    }

    /// <summary>The user of a name; null when there is none.</summary>
    internal FtpUser? FindUser(string name) =>
        IsAnonymousName(name) ? Anonymous : _users.GetValueOrDefault(name);

    /// <summary>Whether a name is one of those of RFC 1635.</summary>
    internal static bool IsAnonymousName(string name) =>
        name.Equals("anonymous", StringComparison.OrdinalIgnoreCase)
        || name.Equals("ftp", StringComparison.OrdinalIgnoreCase);

    /// <summary>A control connection that was not refused is gone.</summary>
    internal void Leave(IpAddress peer)
    {
        _clients--;
        Clients.Leave(peer);
    }

    /// <summary>
    /// Expects a data connection from a client on a port that is drawn among those of this shard; 0 when none
    /// is free. A port where somebody was expected in vain has a rest first, if others are free: a SYN that
    /// is late would be taken for that of another client behind the same address.
    /// </summary>
    internal ushort Expect(IpAddress peer, IStreamSession data)
    {
        // Who could guess the port would still need the client's address.
        var start = (int)_random.Below(Math.Max(1, _restedAt.Length));
        ushort port = Expect(peer, data, start, mayBeTired: false);
        port = port == 0 ? Expect(peer, data, start, mayBeTired: true) : port;
        Counters.PassivePortsExhausted += port == 0 ? 1 : 0;
        return port;
    }

    /// <summary>A data connection that has not come is expected no more.</summary>
    internal void Unexpect(ushort port, IpAddress peer)
    {
        Network.Unexpect(port, peer);
        _restedAt[(port - Options.PassivePortFirst) / Options.ShardCount] = Now.Plus(RestNanoseconds);
    }

    /// <summary>A session is notified when another generation is served.</summary>
    internal void TellOfContent(StreamId stream)
    {
        if (_waiting.Count == 0)
        {
            _generation = Content.Current;
        }
        _waiting.Add(stream);
    }

    private void TellWaiting()
    {
        if (_waiting.Count > 0
            && (_waiting.Count >= WaitingMax || !ReferenceEquals(_generation, Content.Current)))
        {
            _generation = Content.Current;
            _waiting.ForEach(Network.Notify);
            _waiting.Clear();
        }
    }

    private ushort Expect(IpAddress peer, IStreamSession data, int start, bool mayBeTired)
    {
        for (int i = 0; i < _restedAt.Length; i++)
        {
            int place = (start + i) % _restedAt.Length;
            var port = (ushort)(
                Options.PassivePortFirst + (place * Options.ShardCount) + Options.ShardNumber);
            if ((mayBeTired || _restedAt[place] <= Now) && Network.TryExpect(port, peer, data))
            {
                return port;
            }
        }
        return 0;
    }

    /// <summary>The file of a canonical path in the content; null when there is none.</summary>
    internal ContentEntry? FindFile(string path)
    {
        int length = Encoding.UTF8.GetBytes(path, PathScratch);
        return Content.Current.Find(PathScratch.AsSpan(0, length));
    }

    /// <summary>
    /// The directory of a canonical path, whose final slash may be missing; null without one.
    /// </summary>
    internal DirectoryEntry? FindDirectory(string path)
    {
        int length = Encoding.UTF8.GetBytes(path, PathScratch);
        if (path[^1] != '/')
        {
            PathScratch[length++] = (byte)'/';
        }
        return Content.Current.FindDirectory(PathScratch.AsSpan(0, length));
    }
}
