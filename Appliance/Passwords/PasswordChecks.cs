using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Fairness;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Mailboxes;
using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Passwords;

/// <summary>
/// Checks passwords for all shards, on threads of its own, since each check is meant to be slow: in turn by
/// the peer that asks, so that who guesses makes nobody else wait for all of its guesses.
/// </summary>
public sealed class PasswordChecks : IDisposable
{
    private const int ThreadCount = 2;

    // A peer may have this part of the places; behind it may be many users.
    private const int PeerShare = 4;

    private readonly object _gate = new();
    private readonly FairQueue<IpAddress, Check> _waiting;
    private readonly Func<string?, string, bool> _verify;
    private readonly FaultLog _faults;
    private readonly Thread[] _threads;
    private bool _isStopped;

    /// <summary>Starts the threads that check.</summary>
    /// <param name="hashes">
    /// Of all users, null for those without a password: a check takes as long as the slowest of them, whoever
    /// is asked for.
    /// </param>
    /// <param name="waitingMax">Checks that wait; beyond them those of who has most are refused.</param>
    /// <param name="faults">Told of checks that fail by a fault; null: nobody is.</param>
    /// <param name="peerPrefixLength">How much of an IPv4 address makes a peer.</param>
    public PasswordChecks(
        IEnumerable<string?> hashes, int waitingMax = 256, FaultLog? faults = null, int peerPrefixLength = 32)
        : this(Verifier(hashes), waitingMax, ThreadCount, faults, peerPrefixLength)
    {
    }

    internal PasswordChecks(
        Func<string?, string, bool> verify,
        int waitingMax,
        int threads,
        FaultLog? faults = null,
        int peerPrefixLength = 32)
    {
        (_verify, _faults) = (verify, faults ?? new FaultLog(NullLogger.Instance));
        _waiting = new(
            waitingMax, Math.Max(1, waitingMax / PeerShare), PeerNetwork.Of(peerPrefixLength));
        _threads = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { Name = $"passwords {i}", IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>A shard's own way to have passwords checked.</summary>
    /// <param name="wake">Ends the shard's wait; from any thread.</param>
    public IPasswords AddShard(Action wake) => new Desk(this, wake);

    /// <summary>Ends the threads; what waits is not checked any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private static Func<string?, string, bool> Verifier(IEnumerable<string?> hashes)
    {
        int iterations = hashes.Select(IterationsOf).DefaultIfEmpty().Max();
        if (iterations == 0)
        {
            iterations = PasswordHash.IterationsDefault;
        }
        PasswordHash nobody = PasswordHash.OfNobody(iterations);
        return (text, password) =>
        {
            bool isKnown = PasswordHash.TryParse(text, out PasswordHash? hash);
            bool isRight = (hash ?? nobody).Verify(password, iterations);
            return isRight && isKnown;
        };
    }

    private static int IterationsOf(string? hash) =>
        PasswordHash.TryParse(hash, out PasswordHash? parsed) ? parsed.Iterations : 0;

    private void Run()
    {
        while (Take() is { } check)
        {
            check.Desk.Answer(check.Owner, VerdictOf(check));
        }
    }

    // What cannot be checked is not right, and who has hung up delays nobody of its address.
    private PasswordVerdict VerdictOf(Check check)
    {
        if (check.Owner.IsGone)
        {
            return PasswordVerdict.Refused;
        }
        var verdict = PasswordVerdict.Refused;
        _faults.TryDo(
            "password check",
            () => verdict = _verify(check.Hash, check.Password)
                ? PasswordVerdict.Right
                : PasswordVerdict.Wrong,
            check.Peer);
        return verdict;
    }

    private Check? Take()
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                if (_waiting.TryTake(out Check? check))
                {
                    return check;
                }
                Monitor.Wait(_gate);
            }
            return null;
        }
    }

    private bool TryAdd(IpAddress peer, Check check)
    {
        Check? displaced;
        lock (_gate)
        {
            if (_isStopped || !_waiting.TryAdd(peer, check, out displaced, out _))
            {
                return false;
            }
            Monitor.Pulse(_gate);
        }
        displaced?.Desk.Answer(displaced.Owner, PasswordVerdict.Refused);
        return true;
    }

    private sealed record Check(
        Desk Desk, string? Hash, string Password, IpAddress Peer, IPasswordOwner Owner);

    /// <summary>Where one shard asks, and where its answers wait for it.</summary>
    private sealed class Desk(PasswordChecks checks, Action wake) : IPasswords
    {
        private readonly ShardMailbox<(IPasswordOwner Owner, PasswordVerdict Verdict)> _checked = new(wake);

        public bool TryVerify(string? hash, string password, IpAddress peer, IPasswordOwner owner) =>
            checks.TryAdd(peer, new Check(this, hash, password, peer, owner));

        public void Poll(IStreamNetwork network, Instant now)
        {
            while (_checked.TryTake(out (IPasswordOwner Owner, PasswordVerdict Verdict) answer))
            {
                network.Isolate(
                    answer.Owner.Stream, now, answer, static told => told.Owner.OnVerified(told.Verdict));
            }
        }

        public void Answer(IPasswordOwner owner, PasswordVerdict verdict) => _checked.Post((owner, verdict));
    }
}
