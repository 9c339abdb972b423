using System.Collections.Concurrent;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Ftp;

/// <summary>
/// Checks passwords for all shards, on threads of its own, since each check is meant to be slow.
/// </summary>
public sealed class Passwords : IDisposable
{
    // Two: one client that guesses does not make everyone else wait for all of its guesses.
    private const int ThreadCount = 2;

    private readonly BlockingCollection<Check> _waiting = [];
    private readonly Thread[] _threads = new Thread[ThreadCount];
    private readonly PasswordHash _nobody;
    private readonly int _iterations;
    private readonly int _waitingMax;
    private int _unanswered;

    /// <summary>Starts the threads.</summary>
    /// <param name="users">
    /// Who may log in: a check takes as long as the slowest of their hashes, whoever is asked for.
    /// </param>
    /// <param name="waitingMax">Checks that wait or whose answers do; more are refused.</param>
    public Passwords(IEnumerable<FtpUser> users, int waitingMax = 256)
    {
        _waitingMax = waitingMax;
        _iterations = users.Select(user => IterationsOf(user.PasswordHash)).DefaultIfEmpty().Max();
        if (_iterations == 0)
        {
            _iterations = PasswordHash.IterationsDefault;
        }
        _nobody = PasswordHash.OfNobody(_iterations);
        for (int i = 0; i < ThreadCount; i++)
        {
            _threads[i] = new Thread(Run) { Name = $"passwords {i}", IsBackground = true };
            _threads[i].Start();
        }
    }

    /// <summary>A shard's own way to have passwords checked.</summary>
    /// <param name="wake">Ends the shard's wait; from any thread.</param>
    public IFtpPasswords AddShard(Action wake) => new Desk(this, wake);

    /// <summary>Ends the threads; what waits is not checked any more.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        while (_waiting.TryTake(out _))
        {
        }
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
        _waiting.Dispose();
    }

    private static int IterationsOf(string? hash) =>
        PasswordHash.TryParse(hash, out PasswordHash? parsed) ? parsed.Iterations : 0;

    private void Run()
    {
        foreach (Check check in _waiting.GetConsumingEnumerable())
        {
            bool isKnown = PasswordHash.TryParse(check.Hash, out PasswordHash? hash);
            bool isRight = (hash ?? _nobody).Verify(check.Password, _iterations);
            check.Desk.Answer(check.Owner, isRight && isKnown);
        }
    }

    private readonly record struct Check(Desk Desk, string? Hash, string Password, IPasswordOwner Owner);

    /// <summary>Where one shard asks, and where its answers wait for it.</summary>
    private sealed class Desk(Passwords passwords, Action wake) : IFtpPasswords
    {
        private readonly ConcurrentQueue<(IPasswordOwner Owner, bool IsRight)> _checked = new();
        private int _unanswered;

        public bool TryVerify(string? hash, string password, IPasswordOwner owner)
        {
            if (Interlocked.Increment(ref passwords._unanswered) > passwords._waitingMax)
            {
                Interlocked.Decrement(ref passwords._unanswered);
                return false;
            }
            _unanswered++;
            passwords._waiting.Add(new Check(this, hash, password, owner));
            return true;
        }

        public void Poll()
        {
            while (_unanswered > 0 && _checked.TryDequeue(out (IPasswordOwner Owner, bool IsRight) answer))
            {
                _unanswered--;
                Interlocked.Decrement(ref passwords._unanswered);
                answer.Owner.OnVerified(answer.IsRight);
            }
        }

        public void Answer(IPasswordOwner owner, bool isRight)
        {
            _checked.Enqueue((owner, isRight));
            wake();
        }
    }
}
