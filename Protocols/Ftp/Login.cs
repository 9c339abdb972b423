using System.Text;
using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// Who gives a session's commands: USER and PASS (RFC 959 §4.1.1), how often they failed, and what that
/// costs (RFC 2577 §5).
/// </summary>
internal sealed class Login(FtpSession session) : IPasswordOwner
{
    private const int NameBytesMax = 256;

    // The name that USER gave, until PASS; null when PASS has no place.
    private string? _name;
    private int _failures;
    private PasswordVerdict? _verdict;
    private volatile bool _isGone;

    /// <inheritdoc/>
    public StreamId Stream => session.Id;

    /// <inheritdoc/>
    public bool IsGone => _isGone;

    /// <summary>Who is logged in; null when nobody is.</summary>
    public FtpUser? User { get; private set; }

    /// <summary>The user's name, or the one that USER gave; empty without.</summary>
    public string Name => User?.Name ?? _name ?? "";

    /// <summary>What an anonymous user gave as password, where it is text; else empty.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>Until when somebody has to be logged in.</summary>
    public Instant By { get; private set; }

    /// <summary>When a failed login is answered.</summary>
    public Instant FailsAt { get; private set; }

    /// <summary>Whether a password was checked, so that <see cref="Settle"/> has something to tell.</summary>
    public bool IsChecked => _verdict is not null;

    /// <summary>Whether it failed so often that the connection is to be closed.</summary>
    public bool IsExhausted => _failures >= session.Service.Options.FailedLogins;

    /// <summary>Nobody is logged in, and from now on there is the time that there is for it.</summary>
    public void Begin(Instant now)
    {
        (User, _name, Identity) = (null, null, "");
        By = now + session.Service.Options.LoginTimeout;
    }

    /// <summary>The connection is gone: no password of it need be checked.</summary>
    public void Leave() => _isGone = true;

    /// <summary>Reads a name as USER gives it.</summary>
    public static bool TryReadName(ReadOnlySpan<byte> argument, out string name)
    {
        name = argument.Length <= NameBytesMax ? Encoding.UTF8.GetString(argument) : "";
        return name.Length > 0 && IsPrintable(name);
    }

    /// <summary>USER: its password comes next.</summary>
    public FtpReply Expect(string name)
    {
        _name = name;
        bool isAnonymous = FtpService.IsAnonymousName(name) && session.Service.Anonymous is not null;
        return new(
            331,
            isAnonymous ? "Any password will do; your e-mail address is customary." : "Password, please.");
    }

    /// <summary>PASS: the answer; null while the password is checked.</summary>
    public FtpReply? Check(ReadOnlySpan<byte> argument)
    {
        if (User is not null)
        {
            return new(202, "You are logged in already.");
        }
        if (_name is null)
        {
            return new(503, "USER comes first.");
        }
        FtpService service = session.Service;
        FtpUser? user = service.FindUser(_name);
        string password = Encoding.UTF8.GetString(argument);
        if (user is { IsAnonymous: true })
        {
            Identity = IsPrintable(password) ? password[..Math.Min(password.Length, NameBytesMax)] : "";
            service.Counters.AnonymousLogins++;
            return Enter(user);
        }
        _verdict = null;
        return service.Passwords.TryVerify(user?.PasswordHash, password, session.Flow.RemoteAddress, this)
            ? null
            : Refuse();
    }

    /// <inheritdoc/>
    public void OnVerified(PasswordVerdict verdict)
    {
        _verdict = verdict;
        session.Resume();
    }

    /// <summary>
    /// What the check of the password means: the answer; null when that comes at <see cref="FailsAt"/>.
    /// </summary>
    public FtpReply? Settle(Instant now)
    {
        PasswordVerdict? verdict = _verdict;
        _verdict = null;
        if (verdict == PasswordVerdict.Refused)
        {
            return Refuse();
        }
        FtpService service = session.Service;
        FtpUser? user = _name is null ? null : service.FindUser(_name);
        if (verdict == PasswordVerdict.Right && user is not null)
        {
            service.Counters.Logins++;
            return Enter(user);
        }
        service.Counters.LoginsFailed++;
        _failures++;
        session.Record(FtpAction.LoginFailed, "", isComplete: false, 530);
        FailsAt = now + service.Options.FailedLoginDelay;
        return null;
    }

    /// <summary>The answer to a failed login.</summary>
    public FtpReply Fail()
    {
        _name = null;
        return new(530, "Name or password is wrong.");
    }

    /// <summary>
    /// HOST (RFC 7151 §3), before USER; there is one host here, which answers to every name.
    /// </summary>
    public FtpReply OnHost(ReadOnlySpan<byte> argument)
    {
        if (Name.Length > 0)
        {
            return new(503, "HOST comes before USER.");
        }
        return IsHostName(argument)
            ? new(220, "The host is accepted.")
            : new(501, "HOST needs a host's name.");
    }

    private FtpReply Enter(FtpUser user)
    {
        (User, _name, _failures) = (user, null, 0);
        session.Record(FtpAction.Login, "", isComplete: true, 230);
        return new(230, user.IsAnonymous ? "Welcome. You may read and list." : "Welcome.");
    }

    private FtpReply Refuse()
    {
        session.Service.Counters.LoginsRefused++;
        return new(421, "Too many logins at once. Try again later.", ReplyThen.End);
    }

    private static bool IsHostName(ReadOnlySpan<byte> name)
    {
        foreach (byte value in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'.' or (byte)'-' or (byte)':'
                or (byte)'[' or (byte)']'))
            {
                return false;
            }
        }
        return name.Length is > 0 and <= 255;
    }

    private static bool IsPrintable(string text)
    {
        foreach (char value in text)
        {
            if (char.IsControl(value) || value == '\uFFFD')
            {
                return false;
            }
        }
        return true;
    }
}
