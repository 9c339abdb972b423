using Microsoft.Extensions.Logging.Abstractions;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Passwords;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Tests.Passwords;

public sealed class PasswordTests
{
    private const int Iterations = PasswordHash.IterationsMin;
    private const PasswordVerdict Right = PasswordVerdict.Right;
    private const PasswordVerdict Wrong = PasswordVerdict.Wrong;
    private const string Salt = "AAECAwQFBgcICQoLDA0ODw==";
    private const string Hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static readonly Ipv4Address Anna = new(0xC612_0005);
    private static readonly Ipv4Address Mallory = new(0xC612_0006);

    private readonly GuardingNetwork _network = new();
    private readonly SemaphoreSlim _woken = new(0);

    [OneTimeTearDown]
    public void Dispose() => _woken.Dispose();

    [Test]
    public void A_hash_reads_as_it_was_written_and_knows_its_password()
    {
        string text = PasswordHash.Create("pass wörd", Iterations).ToString();

        Assert.That(PasswordHash.TryParse(text, out PasswordHash? hash), Is.True);
        Assert.That(hash!.ToString(), Is.EqualTo(text));
        Assert.That(hash.Verify("pass wörd", 0), Is.True);
        Assert.That(hash.Verify("pass wörd", 2 * Iterations), Is.True);
        Assert.That(hash.Verify("pass word", 0), Is.False);
        Assert.That(hash.Verify("", 0), Is.False);
    }

    // Computed by Python's hashlib.pbkdf2_hmac.
    [TestCase("pbkdf2-sha256$100000$AAECAwQFBgcICQoLDA0ODw==$n7ndPI4pRDZreIx+eVpaY1DViEWyo9Ia1l8HtVGB+Dc=")]
    public void A_hash_of_another_implementation_is_known(string text)
    {
        Assert.That(PasswordHash.TryParse(text, out PasswordHash? hash), Is.True);
        Assert.That(hash!.Verify("secret", 0), Is.True);
    }

    [Test]
    public void Two_hashes_of_one_password_differ() => Assert.That(
        PasswordHash.Create("same", Iterations).ToString(),
        Is.Not.EqualTo(PasswordHash.Create("same", Iterations).ToString()));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("secret")]
    [TestCase("$1$abc$def")]
    [TestCase($"pbkdf2-sha512$100000${Salt}${Hash}")]
    [TestCase($"pbkdf2-sha256$99999${Salt}${Hash}")]
    [TestCase($"pbkdf2-sha256$10000001${Salt}${Hash}")]
    [TestCase($"pbkdf2-sha256$-100000${Salt}${Hash}")]
    [TestCase($"pbkdf2-sha256$1e6${Salt}${Hash}")]
    [TestCase($"pbkdf2-sha256$100000$AAEC${Hash}")]
    [TestCase($"pbkdf2-sha256$100000${Salt}$AAEC")]
    [TestCase($"pbkdf2-sha256$100000${Salt}$")]
    [TestCase($"pbkdf2-sha256$100000${Salt}$*{Hash}")]
    [TestCase($"pbkdf2-sha256$100000${Salt}${Hash}$")]
    public void What_is_no_hash_or_a_weak_one_is_not_taken(string? text) =>
        Assert.That(PasswordHash.TryParse(text, out _), Is.False);

    [Test]
    public void Passwords_of_connections_that_are_gone_are_not_checked()
    {
        int checkedCount = 0;
        using var checks = new PasswordChecks(
            (_, _) =>
            {
                checkedCount++;
                return true;
            },
            waitingMax: 16,
            threads: 1);
        IPasswords passwords = checks.AddShard(() => _woken.Release());
        var gone = new Owner { IsGone = true };
        var here = new Owner();

        Assert.That(passwords.TryVerify(null, "x", Mallory, gone), Is.True);
        Assert.That(passwords.TryVerify(null, "x", Mallory, here), Is.True);
        PollUntil(passwords, _woken, () => here.Answers.Count == 1);

        Assert.That(gone.Answers, Is.EqualTo(new[] { PasswordVerdict.Refused }));
        Assert.That(here.Answers, Is.EqualTo(new[] { Right }));
        Assert.That(checkedCount, Is.EqualTo(1));
    }

    [Test]
    public void Answers_come_in_a_poll_after_the_shard_was_woken()
    {
        string hash = PasswordHash.Create("right", Iterations).ToString();
        using var checks = new PasswordChecks([hash]);
        IPasswords passwords = checks.AddShard(() => _woken.Release());
        var right = new Owner();
        var wrong = new Owner();
        var unknown = new Owner();
        var garbled = new Owner();

        Assert.That(passwords.TryVerify(hash, "right", Anna, right), Is.True);
        Assert.That(passwords.TryVerify(hash, "wrong", Anna, wrong), Is.True);
        Assert.That(passwords.TryVerify(null, "right", Anna, unknown), Is.True);
        Assert.That(passwords.TryVerify("garbled", "right", Anna, garbled), Is.True);
        _woken.Wait();
        Assert.That(right.Answers, Is.Empty, "nothing is told before the poll");
        passwords.Poll(_network, default);
        PollUntil(
            passwords,
            _woken,
            () => new[] { right, wrong, unknown, garbled }.All(owner => owner.Answers.Count == 1));

        Assert.That(right.Answers, Is.EqualTo(new[] { Right }));
        Assert.That(wrong.Answers, Is.EqualTo(new[] { Wrong }));
        Assert.That(unknown.Answers, Is.EqualTo(new[] { Wrong }));
        Assert.That(garbled.Answers, Is.EqualTo(new[] { Wrong }));
    }

    [Test]
    public void One_addresss_heap_of_logins_delays_anothers_login_by_one_check()
    {
        List<string> order = [];
        using var woken = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        using var checks = new PasswordChecks(Verify, 256, threads: 1);
        IPasswords passwords = checks.AddShard(() => woken.Release());
        var owner = new Owner();
        passwords.TryVerify(null, "first", Mallory, owner);
        begun.Wait();
        for (int i = 0; i < 60; i++)
        {
            Assert.That(passwords.TryVerify(null, $"guess {i}", Mallory, owner), Is.True);
        }
        Assert.That(passwords.TryVerify(null, "anna's", Anna, owner), Is.True);
        mayGoOn.Release(3);
        PollUntil(passwords, woken, () => owner.Answers.Count == 3);
        begun.Wait();
        mayGoOn.Release(1000);
        Assert.That(order.Take(3), Is.EqualTo(new[] { "first", "guess 0", "anna's" }));

        bool Verify(string? hash, string password)
        {
            order.Add(password);
            begun.Release();
            mayGoOn.Wait();
            return false;
        }
    }

    [Test]
    public void An_address_has_a_quarter_of_the_places_and_who_has_most_gives_way()
    {
        using var woken = new SemaphoreSlim(0);
        using var begun = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        using var checks = new PasswordChecks(Verify, 8, threads: 1);
        IPasswords passwords = checks.AddShard(() => woken.Release());
        var owner = new Owner();
        var others = new Owner();
        Assert.That(passwords.TryVerify(null, "in hand", Mallory, owner), Is.True);
        begun.Wait();
        bool[] taken =
            [.. Enumerable.Range(0, 3).Select(_ => passwords.TryVerify(null, "x", Mallory, owner))];
        Assert.That(taken, Is.EqualTo(new[] { true, true, false }));
        for (uint i = 0; i < 6; i++)
        {
            passwords.TryVerify(null, "y", new Ipv4Address(i / 2), others);
        }
        Assert.That(passwords.TryVerify(null, "z", Anna, others), Is.True, "another gives way for it");
        woken.Wait();
        passwords.Poll(_network, default);
        Assert.That(owner.Answers.Concat(others.Answers), Is.EqualTo(new[] { PasswordVerdict.Refused }));
        mayGoOn.Release(1000);

        bool Verify(string? hash, string password)
        {
            begun.Release();
            mayGoOn.Wait();
            return false;
        }
    }

    [Test]
    public void A_check_that_throws_is_refused_and_the_next_one_is_made()
    {
        using var woken = new SemaphoreSlim(0);
        var faults = new FaultLog(NullLogger.Instance);
        using var checks = new PasswordChecks(
            (_, password) => password == "!" ? throw new NotSupportedException("on purpose") : true,
            8,
            threads: 1,
            faults);
        IPasswords passwords = checks.AddShard(() => woken.Release());
        var broken = new Owner();
        var whole = new Owner();
        passwords.TryVerify(null, "!", Mallory, broken);
        passwords.TryVerify(null, "x", Anna, whole);
        PollUntil(passwords, woken, () => whole.Answers.Count == 1);
        Assert.That(broken.Answers, Is.EqualTo(new[] { PasswordVerdict.Refused }));
        Assert.That(whole.Answers, Is.EqualTo(new[] { Right }));
        Assert.That(faults.JobFaults, Is.EqualTo(1));
    }

    [Test]
    public void Who_throws_when_told_is_named_and_the_next_one_is_told()
    {
        using var woken = new SemaphoreSlim(0);
        using var checks = new PasswordChecks((_, _) => true, 8, threads: 1);
        IPasswords passwords = checks.AddShard(() => woken.Release());
        var broken = new Owner { Throws = true, Stream = new StreamId(3, 7) };
        var whole = new Owner();
        passwords.TryVerify(null, "x", Mallory, broken);
        passwords.TryVerify(null, "x", Anna, whole);
        PollUntil(passwords, woken, () => whole.Answers.Count == 1);
        Assert.That(whole.Answers, Is.EqualTo(new[] { Right }));
        Assert.That(_network.Faults.Select(fault => fault.Stream), Is.EqualTo(new[] { broken.Stream }));
    }

    [Test]
    public void The_addresses_of_a_peers_network_have_one_share_of_the_places()
    {
        using var begun = new SemaphoreSlim(0);
        using var mayGoOn = new SemaphoreSlim(0);
        using var checks = new PasswordChecks(Verify, 8, threads: 1, peerPrefixLength: 24);
        IPasswords passwords = checks.AddShard(static () => { });
        var owner = new Owner();
        passwords.TryVerify(null, "in hand", Mallory, owner);
        begun.Wait();
        bool[] taken = [.. Enumerable.Range(0, 3).Select(
            i => passwords.TryVerify(null, "x", new Ipv4Address(Mallory.Value + (uint)i), owner))];
        Assert.That(taken, Is.EqualTo(new[] { true, true, false }));
        Assert.That(passwords.TryVerify(null, "x", new Ipv4Address(Mallory.Value + 256), owner), Is.True);
        mayGoOn.Release(1000);

        bool Verify(string? hash, string password)
        {
            begun.Release();
            mayGoOn.Wait();
            return false;
        }
    }

    // As a shard does: it is woken once for all that came since it polled last.
    private void PollUntil(IPasswords passwords, SemaphoreSlim woken, Func<bool> holds)
    {
        while (!holds())
        {
            woken.Wait();
            passwords.Poll(_network, default);
        }
    }

    private sealed class Owner : IPasswordOwner
    {
        public List<PasswordVerdict> Answers { get; } = [];

        public bool Throws { get; init; }

        public bool IsGone { get; init; }

        public StreamId Stream { get; init; }

        public void OnVerified(PasswordVerdict verdict)
        {
            if (Throws)
            {
                throw new NotSupportedException("on purpose");
            }
            Answers.Add(verdict);
        }
    }
}
