using Straightwire.Appliance.Ftp;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Appliance.Tests.Ftp;

public sealed class PasswordTests
{
    private const int Iterations = PasswordHash.IterationsMin;
    private const string Salt = "AAECAwQFBgcICQoLDA0ODw==";
    private const string Hash = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

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
    public void Answers_come_in_a_poll_after_the_shard_was_woken()
    {
        string hash = PasswordHash.Create("right", Iterations).ToString();
        using var checks = new Passwords([User(hash)]);
        IFtpPasswords passwords = checks.AddShard(() => _woken.Release());
        var right = new Owner();
        var wrong = new Owner();
        var unknown = new Owner();
        var garbled = new Owner();

        Assert.That(passwords.TryVerify(hash, "right", right), Is.True);
        Assert.That(passwords.TryVerify(hash, "wrong", wrong), Is.True);
        Assert.That(passwords.TryVerify(null, "right", unknown), Is.True);
        Assert.That(passwords.TryVerify("garbled", "right", garbled), Is.True);
        for (int i = 0; i < 4; i++)
        {
            _woken.Wait();
        }
        Assert.That(right.Answers, Is.Empty, "nothing is told before the poll");
        passwords.Poll();

        Assert.That(right.Answers, Is.EqualTo(new[] { true }));
        Assert.That(wrong.Answers, Is.EqualTo(new[] { false }));
        Assert.That(unknown.Answers, Is.EqualTo(new[] { false }));
        Assert.That(garbled.Answers, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void A_check_is_refused_while_as_many_as_allowed_are_unanswered()
    {
        string hash = PasswordHash.Create("right", Iterations).ToString();
        using var checks = new Passwords([User(hash)], waitingMax: 2);
        IFtpPasswords passwords = checks.AddShard(() => _woken.Release());
        var owner = new Owner();

        Assert.That(passwords.TryVerify(hash, "right", owner), Is.True);
        Assert.That(passwords.TryVerify(hash, "right", owner), Is.True);
        Assert.That(passwords.TryVerify(hash, "right", owner), Is.False);
        _woken.Wait();
        _woken.Wait();
        Assert.That(passwords.TryVerify(hash, "right", owner), Is.False, "before the poll");
        passwords.Poll();

        Assert.That(owner.Answers, Is.EqualTo(new[] { true, true }));
        Assert.That(passwords.TryVerify(hash, "right", owner), Is.True);
        _woken.Wait();
    }

    private static FtpUser User(string hash) => new() { Name = "anna", PasswordHash = hash };

    private sealed class Owner : IPasswordOwner
    {
        public List<bool> Answers { get; } = [];

        public void OnVerified(bool isRight) => Answers.Add(isRight);
    }
}
