using System.Text;
using Straightwire.Protocols.Content;
using Straightwire.Protocols.Passwords;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Ftp;

/// <summary>
/// One control connection: takes commands in order, one after the other, and answers each. While one is under
/// way the next ones stay in the receive window, but for those that RFC 959 §4.1.3 lets overtake it.
/// </summary>
internal sealed partial class FtpSession : IStreamSession, IChangeOwner, IPasswordOwner
{
    // Slices that any reply may take; the stack shows commands again once there is room for 16.
    private const int ReplyRoom = 12;

    // A client that does not read its replies is not answered further.
    private const long UnreadRepliesMax = 8192;

    // How far commands that wait for a transfer are looked through for ABOR.
    private const int OvertakingBytesMax = 4096;

    private enum Waiting : byte
    {
        /// <summary>For a command.</summary>
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

    private readonly FtpService _service;
    private readonly FlowKey _flow;
    private readonly string? _refusal;
    private StreamId _id;
    private Waiting _waiting;
    private volatile bool _isGone;

    // Whether a line that was too long is passed over, and how much of it was.
    private bool _isDiscarding;
    private int _discarded;

    // What the last call left in the window: nothing, an incomplete line, or lines that wait.
    private bool _leavesLines;

    // Whether nothing is answered but what stands in view: the peer has finished, or the program stops.
    private bool _isPeerFinished;
    private bool _isDraining;
    private bool _hasQuitInView;

    private Instant _loginBy;
    private Instant _idleBy;
    private Instant _resumeAt;
    private Instant _armed = Instant.Never;

    /// <summary>Makes the session of a connection.</summary>
    /// <param name="service">What it belongs to.</param>
    /// <param name="flow">The connection.</param>
    /// <param name="refusal">Why it is refused; null when it is not.</param>
    public FtpSession(FtpService service, in FlowKey flow, string? refusal)
    {
        _service = service;
        _flow = flow;
        _refusal = refusal;
    }

    /// <inheritdoc/>
    public bool IsGone => _isGone;

    /// <inheritdoc cref="IPasswordOwner.Stream"/>
    public StreamId Stream => _id;

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output)
    {
        _id = output.Id;
        _loginBy = output.Now + _service.Options.LoginTimeout;
        _idleBy = output.Now + _service.Options.IdleTimeout;
        if (_refusal is not null)
        {
            End(421, _refusal, ref output);
            return;
        }
        ReplyLines(220, _service.Options.Banner.Split('\n'), ref output);
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
            case Waiting.Password when _isPasswordChecked:
                OnPasswordChecked(ref output);
                break;
            case Waiting.Change when _isChanged:
                OnChangeEnded(ref output);
                break;
            case Waiting.Content:
                // The command is shown again after this.
                _waiting = Waiting.Command;
                _leavesLines = true;
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
        if (_waiting == Waiting.Transfer && _transfer is { IsUpload: true } && !_hasQuitInView)
        {
            // A program that is killed closes its connections in order: that is no end of a file.
            _service.Counters.TransfersFailed++;
            EndTransfer(426, "The control connection was closed in mid-transfer.", ref output);
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
            _service.Counters.TransfersFailed++;
            RecordTransfer(isComplete: false, 426, _service.Now);
        }
        _waiting = Waiting.End;
        _isGone = true;
        BreakOff();
        if (_refusal is null)
        {
            _service.Leave(_flow.RemoteAddress);
        }
    }

    private Instant Due => _waiting switch
    {
        Waiting.Command => _user is null ? Instant.Min(_loginBy, _idleBy) : _idleBy,
        Waiting.Penalty => _resumeAt,
        Waiting.Content => _contentBy,
        Waiting.Transfer => _isRunning ? Instant.Never : _acceptBy,
        Waiting.End => _idleBy,
        _ => Instant.Never,
    };

    private void OnTimeout(ref StreamOutput output)
    {
        switch (_waiting)
        {
            case Waiting.Penalty:
                EndPenalty(ref output);
                break;
            case Waiting.Content:
                _waiting = Waiting.Command;
                _leavesLines = true;
                break;
            case Waiting.Transfer:
                _service.Counters.DataConnectionsFailed++;
                Fail(425, "The data connection did not come in time.", ref output);
                break;
            case Waiting.End:
                output.Abort();
                break;
            case Waiting.Command when _user is null && output.Now >= _loginBy:
                _service.Counters.LoginTimeouts++;
                End(421, "Login takes too long.", ref output);
                break;
            default:
                _service.Counters.IdleTimeouts++;
                End(421, "No command came for too long.", ref output);
                break;
        }
    }

    // One command, or what stands in its place. Returns the bytes consumed.
    private int Take(ReadOnlySpan<byte> rest, ref StreamOutput output, out bool goesOn)
    {
        goesOn = true;
        if (_isDiscarding)
        {
            return Discard(rest, ref output);
        }
        if (_waiting == Waiting.End)
        {
            return rest.Length;
        }
        if (_waiting != Waiting.Command)
        {
            int overtaken = _waiting == Waiting.Transfer ? Overtake(rest, ref output) : 0;
            goesOn = overtaken > 0 || _waiting == Waiting.Command;
            _leavesLines = !goesOn;
            return overtaken;
        }
        if (output.Room < ReplyRoom || output.Unacknowledged > UnreadRepliesMax)
        {
            goesOn = false;
            _leavesLines = true;
            return 0;
        }
        switch (FtpLineReader.Read(rest, _service.Line, out int length, out int consumed))
        {
            case LineResult.Line when MustWaitForContent(_service.Line.AsSpan(0, length), ref output):
                goesOn = false;
                _leavesLines = true;
                return 0;
            case LineResult.Line:
                Execute(_service.Line.AsSpan(0, length), ref output);
                return consumed;
            case LineResult.TooLong:
                _service.Counters.LinesTooLong++;
                _isDiscarding = true;
                _discarded = 0;
                Reply(500, "The line is too long.", ref output);
                return 0;
            default:
                goesOn = false;
                return 0;
        }
    }

    private int Discard(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        int end = FtpLineReader.EndOfLine(rest);
        int length = end < 0 ? rest.Length : end;
        _isDiscarding = end < 0;
        _discarded += length;
        if (_discarded > _service.Options.LineBytesMax)
        {
            _isDiscarding = false;
            End(421, "That is no command.", ref output);
        }
        return length;
    }

    // RFC 959 §4.1.3: ABOR, STAT and QUIT may come during a transfer; QUIT waits for its end (§5.1).
    private int Overtake(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        ReadOnlySpan<byte> view = rest[..Math.Min(rest.Length, OvertakingBytesMax)];
        if (FtpLineReader.HoldsAbort(view))
        {
            _service.Counters.TransfersAborted++;
            EndTransfer(426, "The transfer is aborted.", ref output);
            return 0;
        }
        _hasQuitInView = HoldsQuit(view);
        if (FtpLineReader.Read(view, _service.Line, out int length, out int consumed) == LineResult.Line
            && FtpCommand.Parse(_service.Line.AsSpan(0, length), out ReadOnlySpan<byte> argument)
                == FtpVerb.Stat
            && argument.IsEmpty
            && output.Room >= ReplyRoom && output.Unacknowledged <= UnreadRepliesMax)
        {
            TellStatus(ref output);
            return consumed;
        }
        return 0;
    }

    private bool HoldsQuit(ReadOnlySpan<byte> view)
    {
        while (FtpLineReader.Read(view, _service.Line, out int length, out int used) == LineResult.Line)
        {
            if (FtpCommand.Parse(_service.Line.AsSpan(0, length), out _) == FtpVerb.Quit)
            {
                return true;
            }
            view = view[used..];
        }
        return false;
    }

    private void FinishIfDone(ref StreamOutput output)
    {
        if (_waiting != Waiting.Command)
        {
            return;
        }
        if (_isDraining)
        {
            End(421, "The server stops.", ref output);
        }
        else if (_isPeerFinished && !_leavesLines)
        {
            Close(ref output);
        }
    }

    // Commands that wait in the window are shown again.
    private void Resume() => _service.Network.Notify(_id);

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

    private void End(int code, string text, ref StreamOutput output)
    {
        Reply(code, text, ref output);
        Close(ref output);
    }

    private void Close(ref StreamOutput output)
    {
        BreakOff();
        _waiting = Waiting.End;
        _idleBy = output.Now + _service.Options.IdleTimeout;
        output.Finish();
        Arm(ref output);
    }

    private void Reply(int code, string text, ref StreamOutput output)
    {
        Span<byte> reply = _service.Scratch;
        int length = WriteCode(code, ' ', reply);
        length += Encoding.UTF8.GetBytes(text, reply[length..]);
        "\r\n"u8.CopyTo(reply[length..]);
        Send(code, reply[..(length + 2)], ref output);
    }

    // RFC 959 §4.2: "code-first line", any lines, "code last line"; the inner ones begin with a blank, so
    // that none of them looks like an end.
    private void ReplyLines(int code, string[] lines, ref StreamOutput output)
    {
        Span<byte> reply = _service.Scratch;
        int length = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            bool isLast = i == lines.Length - 1;
            if (isLast || i == 0)
            {
                length += WriteCode(code, isLast ? ' ' : '-', reply[length..]);
            }
            else
            {
                reply[length++] = (byte)' ';
            }
            length += Encoding.UTF8.GetBytes(lines[i], reply[length..]);
            "\r\n"u8.CopyTo(reply[length..]);
            length += 2;
        }
        Send(code, reply[..length], ref output);
    }

    private void Send(int code, ReadOnlySpan<byte> reply, ref StreamOutput output)
    {
        _service.Counters.RepliesNegative += code >= 500 ? 1 : 0;
        if (!output.TryWrite(reply))
        {
            // A client that misses one reply takes all others for answers to something else.
            _service.Counters.RepliesWithoutRoom++;
            output.Abort();
        }
    }

    private static int WriteCode(int code, char separator, Span<byte> destination)
    {
        destination[0] = (byte)('0' + (code / 100));
        destination[1] = (byte)('0' + (code / 10 % 10));
        destination[2] = (byte)('0' + (code % 10));
        destination[3] = (byte)separator;
        return 4;
    }
}
