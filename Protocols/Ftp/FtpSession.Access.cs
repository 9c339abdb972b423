using System.Text;
using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Ftp;

/// <content>Commands, and who may give them: USER, PASS, REIN, QUIT, HOST.</content>
internal sealed partial class FtpSession
{
    private const int NameBytesMax = 256;

    private FtpUser? _user;

    // The name that USER gave, until PASS; null when PASS has no place.
    private string? _name;
    private string _identity = "";
    private bool _isPasswordChecked;
    private PasswordVerdict _passwordVerdict;
    private int _failedLogins;

    /// <inheritdoc/>
    public void OnVerified(PasswordVerdict verdict)
    {
        _isPasswordChecked = true;
        _passwordVerdict = verdict;
        Resume();
    }

    private void Execute(ReadOnlySpan<byte> line, ref StreamOutput output)
    {
        _idleBy = output.Now + _service.Options.IdleTimeout;
        _service.Counters.Commands++;
        FtpVerb verb = FtpCommand.Parse(line, out ReadOnlySpan<byte> argument);
        if (verb is not (FtpVerb.Rnfr or FtpVerb.Rnto))
        {
            // RFC 959 §4.1.3: RNFR must be followed at once by RNTO.
            _renameFrom = null;
        }
        if (line.IsEmpty)
        {
            Reply(500, "That is no command.", ref output);
        }
        else if (verb is FtpVerb.Unknown or FtpVerb.Smnt || FtpCommand.IsOfSecurity(verb))
        {
            _service.Counters.CommandsUnknown++;
            Reply(502, "The command is not implemented.", ref output);
        }
        else if (!ExecuteAccess(verb, argument, ref output) && !ExecuteInquiry(verb, argument, ref output))
        {
            if (_user is null)
            {
                Reply(530, "Log in with USER and PASS first.", ref output);
            }
            else if (!ExecuteParameter(verb, argument, ref output)
                && !ExecuteTransfer(verb, argument, ref output)
                && !ExecuteName(verb, argument, ref output))
            {
                _service.Counters.CommandsUnknown++;
                Reply(502, "The command is not implemented.", ref output);
            }
        }
    }

    private bool ExecuteAccess(FtpVerb verb, ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        switch (verb)
        {
            case FtpVerb.User:
                OnUser(argument, ref output);
                return true;
            case FtpVerb.Pass:
                OnPass(argument, ref output);
                return true;
            case FtpVerb.Acct:
                Reply(argument.IsEmpty ? 501 : 202, "Accounts are not needed.", ref output);
                return true;
            case FtpVerb.Rein:
                if (IsBare(argument, ref output))
                {
                    Reinitialize();
                    Reply(220, "Ready for a new user.", ref output);
                }
                return true;
            case FtpVerb.Quit:
                if (IsBare(argument, ref output))
                {
                    End(221, "Goodbye.", ref output);
                }
                return true;
            case FtpVerb.Host:
                OnHost(argument, ref output);
                return true;
            default:
                return false;
        }
    }

    private void OnUser(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!TryReadText(argument, out string name))
        {
            Reply(501, "USER needs a name.", ref output);
            return;
        }
        if (_user is not null)
        {
            Reinitialize();
        }
        _name = name;
        bool isAnonymous = FtpService.IsAnonymousName(name) && _service.Anonymous is not null;
        Reply(
            331,
            isAnonymous ? "Any password will do; your e-mail address is customary." : "Password, please.",
            ref output);
    }

    private void OnPass(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (_user is not null)
        {
            Reply(202, "You are logged in already.", ref output);
            return;
        }
        if (_name is null)
        {
            Reply(503, "USER comes first.", ref output);
            return;
        }
        FtpUser? user = _service.FindUser(_name);
        string password = Encoding.UTF8.GetString(argument);
        if (user is { IsAnonymous: true })
        {
            _identity = IsPrintable(password) ? password[..Math.Min(password.Length, NameBytesMax)] : "";
            _service.Counters.AnonymousLogins++;
            LogIn(user, ref output);
        }
        else if (_service.Passwords.TryVerify(
            user?.PasswordHash, password, _flow.RemoteAddress, this))
        {
            _isPasswordChecked = false;
            _waiting = Waiting.Password;
        }
        else
        {
            RefuseLogin(ref output);
        }
    }

    private void OnPasswordChecked(ref StreamOutput output)
    {
        _waiting = Waiting.Command;
        _isPasswordChecked = false;
        if (_passwordVerdict == PasswordVerdict.Refused)
        {
            RefuseLogin(ref output);
            return;
        }
        FtpUser? user = _name is null ? null : _service.FindUser(_name);
        if (_passwordVerdict == PasswordVerdict.Right && user is not null)
        {
            _service.Counters.Logins++;
            LogIn(user, ref output);
            return;
        }
        _service.Counters.LoginsFailed++;
        _failedLogins++;
        Record(FtpAction.LoginFailed, "", isComplete: false, 530, output.Now);
        _waiting = Waiting.Penalty;
        _resumeAt = output.Now + _service.Options.FailedLoginDelay;
    }

    private void RefuseLogin(ref StreamOutput output)
    {
        _service.Counters.LoginsRefused++;
        End(421, "Too many logins at once. Try again later.", ref output);
    }

    private void EndPenalty(ref StreamOutput output)
    {
        _waiting = Waiting.Command;
        _name = null;
        _idleBy = output.Now + _service.Options.IdleTimeout;
        Reply(530, "Name or password is wrong.", ref output);
        if (_failedLogins >= _service.Options.FailedLoginsMax)
        {
            _service.Counters.LoginsExhausted++;
            End(421, "Too many logins failed.", ref output);
        }
    }

    private void LogIn(FtpUser user, ref StreamOutput output)
    {
        _user = user;
        _name = null;
        _failedLogins = 0;
        _idleBy = output.Now + _service.Options.IdleTimeout;
        Record(FtpAction.Login, "", isComplete: true, 230, output.Now);
        Reply(230, user.IsAnonymous ? "Welcome. You may read and list." : "Welcome.", ref output);
    }

    private void Reinitialize()
    {
        BreakOff();
        _loginBy = _service.Now + _service.Options.LoginTimeout;
        _user = null;
        _name = null;
        _identity = "";
        ResetParameters();
        ResetTransfer();
        _directory = "/";
        _renameFrom = null;
    }

    // RFC 7151 §3: before USER; there is one host here, which answers to every name.
    private void OnHost(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (_user is not null || _name is not null)
        {
            Reply(503, "HOST comes before USER.", ref output);
        }
        else if (!IsHostName(argument))
        {
            Reply(501, "HOST needs a host's name.", ref output);
        }
        else
        {
            Reply(220, "The host is accepted.", ref output);
        }
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

    private static bool TryReadText(ReadOnlySpan<byte> argument, out string text)
    {
        text = argument.Length <= NameBytesMax ? Encoding.UTF8.GetString(argument) : "";
        return text.Length > 0 && IsPrintable(text);
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

    private bool IsBare(ReadOnlySpan<byte> argument, ref StreamOutput output)
    {
        if (!argument.IsEmpty)
        {
            Reply(501, "The command takes no argument.", ref output);
        }
        return argument.IsEmpty;
    }

    private void Record(
        FtpAction action, string path, bool isComplete, int reply, Instant now, long bytes = 0,
        TimeSpan duration = default, bool isAscii = false) =>
        _service.Log.Write(new FtpRecord(
            action,
            _service.Clock.UnixSeconds(now),
            _flow.RemoteAddress,
            _user?.Name ?? _name ?? "",
            _user is { IsAnonymous: true },
            _identity,
            path,
            bytes,
            duration,
            isAscii,
            isComplete,
            reply));
}
