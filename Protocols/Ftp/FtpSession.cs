using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// One control connection: takes commands in order, one after the other, and answers each. While one is under
/// way the next ones stay in the receive window, but for those that RFC 959 §4.1.3 lets overtake it.
/// </summary>
internal sealed partial class FtpSession : IStreamSession
{
    // Slices that any reply may take; the stack shows commands again once there is room for 16.
    private const int ReplyRoom = 12;

    // A client that does not read its replies is not answered further.
    private const long UnreadRepliesMax = 8192;

    private enum Waiting : byte
    {
        /// <summary>For the next command.</summary>
        Command,

        /// <summary>For a password to be checked.</summary>
        Password,

        /// <summary>Before a failed login is answered.</summary>
        Penalty,

        /// <summary>For a change of the content.</summary>
        Change,

        /// <summary>For a file that has changed to be read anew.</summary>
        Content,

        /// <summary>For a data connection, or the end of what passes over it.</summary>
        Transfer,

        /// <summary>For room to list a directory over this connection.</summary>
        Listing,

        /// <summary>For the end: FIN is queued.</summary>
        End,
    }

    private readonly FlowKey _flow;
    private readonly string? _refusal;
    private readonly Login _login;
    private readonly DataEndpoint _endpoint;
    private TransferRun? _run;
    private PendingChange? _change;
    private Waiting _waiting;

    // What the last call left in the window: nothing, an incomplete line, or lines that wait.
    private bool _leavesLines;

    // Whether nothing is answered but what stands in view: the peer has finished, or the program stops.
    private bool _isPeerFinished;
    private bool _isDraining;

    private Instant _idleBy;
    private Instant _armed = Instant.Never;

    /// <summary>Makes the session of a connection.</summary>
    /// <param name="service">What it belongs to.</param>
    /// <param name="flow">The connection.</param>
    /// <param name="refusal">Why it is refused; null when it is not.</param>
    public FtpSession(FtpService service, in FlowKey flow, string? refusal)
    {
        (Service, _flow, _refusal) = (service, flow, refusal);
        _login = new Login(this);
        _endpoint = new DataEndpoint(this);
    }

    /// <summary>What all sessions of the shard share.</summary>
    internal FtpService Service { get; }

    /// <summary>The control connection's name.</summary>
    internal StreamId Id { get; private set; }

    /// <summary>The control connection's addresses and ports.</summary>
    internal ref readonly FlowKey Flow => ref _flow;

    /// <summary>Bytes of files sent so far.</summary>
    internal long DownloadBytes { get; set; }

    /// <summary>Bytes of files received so far.</summary>
    internal long UploadBytes { get; set; }

    private Instant Due => _waiting switch
    {
        Waiting.Command => _login.User is null ? Instant.Min(_login.By, _idleBy) : _idleBy,
        Waiting.Penalty => _login.FailsAt,
        Waiting.Content => _contentBy,
        Waiting.Transfer => _run!.Due,
        Waiting.End => _idleBy,
        _ => Instant.Never,
    };

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output)
    {
        Id = output.Id;
        _login.Begin(output.Now);
        AwaitCommand(output.Now);
        if (_refusal is not null)
        {
            Answer(new(421, _refusal, ReplyThen.End), ref output);
            return;
        }
        Answer(new(220, Service.Options.Banner), ref output);
        Arm(ref output);
    }

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int consumed = 0;
        _leavesLines = false;
        while (consumed < received.Length)
        {
            int used = Take(received[consumed..], ref output, out bool goesOn);
            consumed += used;
            if (!goesOn)
            {
                break;
            }
        }
        FinishIfDone(ref output);
        Arm(ref output);
        return consumed;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output)
    {
        if (_waiting == Waiting.Listing)
        {
            ContinueListing(ref output);
            Resume();
        }
    }

    /// <inheritdoc/>
    public void OnNotified(ref StreamOutput output)
    {
        switch (_waiting)
        {
            case Waiting.Password when _login.IsChecked:
                EndCheck(ref output);
                break;
            case Waiting.Change when _change!.HasEnded:
                EndChange(ref output);
                break;
            case Waiting.Content:
                ShowCommandAgain();
                break;
            case Waiting.Transfer:
                ContinueTransfer(ref output);
                break;
        }
        FinishIfDone(ref output);
        Arm(ref output);
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output)
    {
        _isPeerFinished = true;
        if (_waiting == Waiting.Transfer && _run!.IsUpload && !_hasQuitInView)
        {
            // A program that is killed closes its connections in order: that is no end of a file.
            FailTransfer(new(426, "The control connection was closed in mid-transfer."), ref output);
        }
        FinishIfDone(ref output);
        Arm(ref output);
    }

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
        _armed = Instant.Never;
        if (output.Now >= Due)
        {
            OnTimeout(ref output);
            Resume();
        }
        FinishIfDone(ref output);
        Arm(ref output);
    }

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output)
    {
        _isDraining = true;
        FinishIfDone(ref output);
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end)
    {
        if (_waiting == Waiting.Transfer)
        {
            Service.Counters.TransfersFailed++;
            _run!.Finish(426, _endpoint.Connection, Service.Now);
        }
        _waiting = Waiting.End;
        _login.Leave();
        BreakOff();
        if (_refusal is null)
        {
            Service.Leave(_flow.RemoteAddress);
        }
    }

    /// <summary>
    /// Something that a command waits for may have come: the session is notified, and commands that wait in
    /// the window are shown again.
    /// </summary>
    internal void Resume() => Service.Network.Notify(Id);

    /// <summary>Tells the log what was done.</summary>
    internal void Record(
        FtpAction action, string path, bool isComplete, int reply, long bytes = 0,
        TimeSpan duration = default, bool isAscii = false) =>
        Service.Log.Write(new FtpRecord(
            action,
            Service.Clock.UnixSeconds(Service.Now),
            _flow.RemoteAddress,
            _login.Name,
            _login.User is { IsAnonymous: true },
            _login.Identity,
            path,
            bytes,
            duration,
            isAscii,
            isComplete,
            reply));

    private void OnTimeout(ref StreamOutput output)
    {
        switch (_waiting)
        {
            case Waiting.Penalty:
                EndPenalty(ref output);
                break;
            case Waiting.Content:
                ShowCommandAgain();
                break;
            case Waiting.Transfer:
                Service.Counters.DataConnectionsFailed++;
                FailTransfer(new(425, "The data connection did not come in time."), ref output);
                break;
            case Waiting.End:
                output.Abort();
                break;
            case Waiting.Command when _login.User is null && output.Now >= _login.By:
                Service.Counters.LoginTimeouts++;
                Answer(new(421, "Login takes too long.", ReplyThen.End), ref output);
                break;
            default:
                Service.Counters.IdleTimeouts++;
                Answer(new(421, "No command came for too long.", ReplyThen.End), ref output);
                break;
        }
    }

    private void FinishIfDone(ref StreamOutput output)
    {
        if (_waiting != Waiting.Command)
        {
            return;
        }
        if (_isDraining)
        {
            Answer(new(421, "The server stops.", ReplyThen.End), ref output);
        }
        else if (_isPeerFinished && !_leavesLines)
        {
            Close(ref output);
        }
    }

    private void Arm(ref StreamOutput output)
    {
        Instant due = Due;
        if (due < _armed)
        {
            // Moving a deadline costs, so that one which lies earlier stays and is looked at when it comes.
            _armed = due;
            output.SetDeadline(due);
        }
    }

    // A command is answered: from now on the next one is waited for.
    private void AwaitCommand(Instant now)
    {
        _waiting = Waiting.Command;
        _idleBy = now + Service.Options.IdleTimeout;
    }

    private void Answer(in FtpReply reply, ref StreamOutput output)
    {
        Service.Counters.RepliesNegative += reply.Code >= 500 ? 1 : 0;
        int length = reply.Write(Service.Scratch);
        if (!output.TryWrite(Service.Scratch.AsSpan(0, length)))
        {
            // A client that misses one reply takes all others for answers to something else.
            Service.Counters.RepliesWithoutRoom++;
            output.Abort();
        }
        if (reply.Then == ReplyThen.End)
        {
            Close(ref output);
        }
    }

    private void Close(ref StreamOutput output)
    {
        BreakOff();
        _waiting = Waiting.End;
        _idleBy = output.Now + Service.Options.IdleTimeout;
        output.Finish();
        Arm(ref output);
    }

    // Ends whatever passes, or waits to pass, over a data connection.
    private void BreakOff()
    {
        _run?.Abandon();
        _endpoint.Drop();
    }
}
