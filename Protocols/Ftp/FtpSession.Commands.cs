using System.Globalization;
using Straightwire.Protocols.Content;
using Straightwire.Stack.Rules;
using Straightwire.Stack.Tcp;

namespace Straightwire.Protocols.Ftp;

/// <content>Commands: what each needs is looked up, and one switch finds who does it.</content>
internal sealed partial class FtpSession
{
    private TransferParameters _parameters = new();

    private void Execute(ReadOnlySpan<byte> line, ref StreamOutput output)
    {
        _idleBy = output.Now + Service.Options.IdleTimeout;
        Service.Counters.Commands++;
        FtpVerbRule rule = FtpCommand.Find(line, out ReadOnlySpan<byte> argument);
        // RFC 959 §4.1.3: RNFR must be followed at once by RNTO.
        string? renameFrom = _renameFrom;
        _renameFrom = null;
        FtpReply? reply = line.IsEmpty
            ? new(500, "That is no command.")
            : FaultOf(rule, argument, out string path)
                ?? rule.Answer
                ?? Dispatch(rule.Verb, argument, path, renameFrom);
        if (rule.Has(VerbTraits.SpendsRest))
        {
            _parameters.ForgetRestart();
        }
        if (reply is { } given)
        {
            Answer(in given, ref output);
        }
        if (_waiting == Waiting.Transfer)
        {
            ContinueTransfer(ref output);
        }
        else if (_waiting == Waiting.Listing)
        {
            ContinueListing(ref output);
        }
    }

    // What a command lacks; null when it can be done.
    private FtpReply? FaultOf(FtpVerbRule rule, ReadOnlySpan<byte> argument, out string path)
    {
        path = "";
        if (rule.Has(VerbTraits.Refused))
        {
            Service.Counters.CommandsUnknown++;
            return new(502, "The command is not implemented.");
        }
        if (rule.Has(VerbTraits.NeedsLogin) && _login.User is null)
        {
            return new(530, "Log in with USER and PASS first.");
        }
        if (rule.Has(VerbTraits.NoArgument) && !argument.IsEmpty)
        {
            return new(501, "The command takes no argument.");
        }
        return rule.Has(VerbTraits.TakesPath) ? Resolve(rule.PathOf(argument), rule.Rights, out path) : null;
    }

    // Null where the answer comes later. Who takes a path gets it resolved, and empty where it takes none.
    private FtpReply? Dispatch(
        FtpVerb verb, ReadOnlySpan<byte> argument, string path, string? renameFrom) => verb switch
        {
            FtpVerb.User => OnUser(argument),
            FtpVerb.Pass => OnPass(argument),
            FtpVerb.Acct => Inquiries.OnAcct(argument),
            FtpVerb.Rein => OnRein(),
            FtpVerb.Host => _login.OnHost(argument),
            FtpVerb.Help => Inquiries.OnHelp(argument),
            FtpVerb.Feat => _parameters.OnFeat(),
            FtpVerb.Opts => _parameters.OnOpts(argument),
            FtpVerb.Lang => Inquiries.OnLang(argument),
            FtpVerb.Clnt => Inquiries.OnClnt(argument),
            FtpVerb.Type => _parameters.OnType(argument),
            FtpVerb.Stru => TransferParameters.OnStru(argument),
            FtpVerb.Mode => TransferParameters.OnMode(argument),
            FtpVerb.Rest => _parameters.OnRest(argument),
            FtpVerb.Allo => Inquiries.OnAllo(argument, User.Owner.FileBytesMax),
            FtpVerb.Site => OnSite(argument),
            FtpVerb.Pasv => _endpoint.OnPasv(),
            FtpVerb.Epsv => _endpoint.OnEpsv(argument),
            FtpVerb.Port => _endpoint.OnPort(argument),
            FtpVerb.Eprt => _endpoint.OnEprt(argument),
            FtpVerb.Abor => OnAbor(),
            FtpVerb.Retr => OnRetr(path),
            FtpVerb.Stor => OnStore(path, UploadMode.Store, _parameters.Restart),
            FtpVerb.Appe => OnStore(path, UploadMode.Append, 0),
            FtpVerb.Stou => OnStore(path, UploadMode.Unique, 0),
            FtpVerb.List or FtpVerb.Nlst or FtpVerb.Mlsd => OnList(verb, argument, path),
            FtpVerb.Stat => path.Length == 0 ? Status() : OnStat(argument, path),
            FtpVerb.Cwd or FtpVerb.Cdup => OnCwd(path),
            FtpVerb.Pwd => OnPwd(),
            FtpVerb.Size => OnSize(path),
            FtpVerb.Mdtm => OnMdtm(path),
            FtpVerb.Mlst => OnMlst(path),
            FtpVerb.Dele => OnDele(path),
            FtpVerb.Rmd => OnRmd(path),
            FtpVerb.Mkd => OnMkd(path),
            FtpVerb.Rnfr => OnRnfr(path),
            FtpVerb.Rnto => OnRnto(renameFrom, argument),
            FtpVerb.Mfmt => OnMfmt(argument),
            FtpVerb.Mff => OnMff(argument),
            _ => throw new InvariantException($"{verb} is done here, or its answer is always the same"),
        };

    private FtpReply OnUser(ReadOnlySpan<byte> argument)
    {
        if (!Login.TryReadName(argument, out string name))
        {
            return new(501, "USER needs a name.");
        }
        if (_login.User is not null)
        {
            Reinitialize();
        }
        return _login.Expect(name);
    }

    private FtpReply? OnPass(ReadOnlySpan<byte> argument)
    {
        FtpReply? reply = _login.Check(argument);
        if (reply is null)
        {
            _waiting = Waiting.Password;
        }
        return reply;
    }

    private void EndCheck(ref StreamOutput output)
    {
        if (_login.Settle(output.Now) is { } reply)
        {
            AwaitCommand(output.Now);
            Answer(in reply, ref output);
        }
        else
        {
            _waiting = Waiting.Penalty;
        }
    }

    private void EndPenalty(ref StreamOutput output)
    {
        AwaitCommand(output.Now);
        Answer(_login.Fail(), ref output);
        if (_login.IsExhausted)
        {
            Service.Counters.LoginsExhausted++;
            Answer(new(421, "Too many logins failed.", ReplyThen.End), ref output);
        }
    }

    private FtpReply OnRein()
    {
        Reinitialize();
        return new(220, "Ready for a new user.");
    }

    private void Reinitialize()
    {
        _endpoint.Reset();
        _login.Begin(Service.Now);
        _parameters = new();
        _directory = "/";
    }

    private FtpReply Status()
    {
        string transfer = _run is null
            ? "No transfer is under way"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"In transfer: {_endpoint.Connection?.Bytes ?? 0} bytes so far");
        return new(
            211,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                Straightwire FTP
                Connected from {_flow.RemoteAddress}
                {(_login.User is { } user ? $"Logged in as {user.Name}" : "Not logged in")}
                TYPE {_parameters.Type}, STRU F, MODE S
                {transfer}
                {DownloadBytes} bytes sent and {UploadBytes} received in this session
                End
                """));
    }
}
