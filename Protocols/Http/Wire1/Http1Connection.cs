using Straightwire.Protocols.Http.Answer;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>
/// One connection: takes requests in order, has them decided and their answers written, and ends when it
/// should. A request is consumed only once its answer is queued, so that what waits for room stays in the
/// receive window and no answer is kept here.
/// </summary>
internal sealed partial class Http1Connection(Http1Server server) : IStreamSession
{
    /// <summary>
    /// Bytes of chunked content that are looked through before the answer, so that broken framing is answered
    /// with 400. What comes after them is passed over when the answer is given already.
    /// </summary>
    public const int ContentViewMax = 16_384;

    private enum Phase : byte
    {
        /// <summary>Between requests, or in a request that is not answered.</summary>
        Head,

        /// <summary>Answered; the rest of the answer's text is written as there is room.</summary>
        Text,

        /// <summary>Answered; the rest of the request's content is passed over.</summary>
        Content,

        /// <summary>Finished; what still comes is dropped.</summary>
        Linger,
    }

    private readonly HttpOptions _options = server.Options;
    private readonly HttpCounters _counters = server.Counters;
    private Phase _phase;

    // Whether a deadline runs for the request in view.
    private bool _isBegun;

    // Whether a complete request stands in view whose answer found no room.
    private bool _waitsForRoom;

    // Whether AskedAt is when the request in view was complete, which could not be answered then.
    private bool _isAsked;

    // Whether a complete request stands in view that could not be decided yet, and the round of the server's
    // that it is told in.
    private bool _waitsForDecision;
    private long _round;

    // Whether nothing is answered but what stands in view: the peer has finished, or the program stops.
    private bool _isLast;

    // Whether bytes were left that will be shown again.
    private bool _leavesRest;

    // Whether _content belongs to the request in view, of which _contentViewed bytes were looked through.
    private bool _isContentInView;
    private int _contentViewed;
    private RequestContent _content;

    // Bytes of an incomplete head that were looked at.
    private int _viewed;
    private LingeringClose _close;

    // When to act, and when the stack calls: never later, and mostly earlier, because moving a deadline
    // costs.
    private Instant _due;
    private Instant _armed;

    private StreamId _id;
    private ushort _peerPort;

    /// <summary>The other end's address: who asks.</summary>
    public IpAddress Peer { get; private set; }

    /// <summary>
    /// When a request came that waits for its answer; else when it was answered last, or came itself.
    /// </summary>
    public Instant AskedAt { get; private set; }

    /// <summary>Whether it is ending to make room for another one.</summary>
    public bool GivesWay { get; private set; }

    /// <summary>Makes it that of a new connection.</summary>
    public void Begin(in StreamInfo info)
    {
        (Peer, _peerPort) = (info.Flow.RemoteAddress, info.Flow.RemotePort);
        AskedAt = info.Now;
        _phase = Phase.Head;
        _isBegun = _waitsForRoom = _waitsForDecision = _isLast = _leavesRest = false;
        _isContentInView = _isAsked = GivesWay = false;
        _round = -1;
        _viewed = 0;
        _due = _armed = Instant.Never;
    }

    /// <summary>Ends it for another one, before the shard sends again.</summary>
    public void GiveWay()
    {
        GivesWay = true;
        server.Network!.Notify(_id);
    }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output)
    {
        _id = output.Id;
        ActAt(output.Now + _options.IdleTimeout, ref output);
    }

    /// <inheritdoc/>
    public void OnNotified(ref StreamOutput output)
    {
        if (GivesWay)
        {
            output.Abort();
        }
        else
        {
            OnWritable(ref output);
        }
    }

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int consumed = 0;
        _waitsForRoom = false;
        while (consumed < received.Length)
        {
            ReadOnlySpan<byte> rest = received[consumed..];
            int used = _phase switch
            {
                Phase.Head => OnHead(rest, ref output),
                Phase.Text => 0,
                Phase.Content => OnContent(rest, ref output),
                _ => OnLinger(rest, ref output),
            };
            if (used == 0)
            {
                break;
            }
            consumed += used;
        }
        _leavesRest = consumed < received.Length;
        Settle(ref output);
        return consumed;
    }

    /// <inheritdoc/>
    /// <remarks>A request that waits for room is in the receive window, and is shown again.</remarks>
    public void OnWritable(ref StreamOutput output)
    {
        if (_open is not null)
        {
            EndAcknowledged(ref output);
        }
        if (_phase != Phase.Text)
        {
            return;
        }
        WriteText(ref output);
        // What was left is shown after this call; where nothing was, nobody else comes by here.
        if (_phase != Phase.Text && !_leavesRest)
        {
            Settle(ref output);
        }
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output) => AnswerWhatIsInView(ref output);

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output) => AnswerWhatIsInView(ref output);

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end)
    {
        _text = default;
        _body?.Stop();
        _body = null;
        EndOpen();
        server.Return(this);
    }

    private int OnHead(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        if (rest.Length > 1 && rest[0] == '\r' && rest[1] == '\n')
        {
            // RFC 9112 §2.2: an empty line before a request line is ignored; the request has not begun.
            _viewed = 0;
            _isBegun = false;
            return 2;
        }
        if (_viewed > 0 && rest.Length < _options.HeadBytes
            && !Http1Parser.MayEndLine(rest[(_viewed - 1)..]))
        {
            _viewed = rest.Length;
            return 0;
        }
        RequestFault fault = Http1Parser.Parse(rest, _options, out RequestHead head);
        if (fault == RequestFault.Incomplete)
        {
            _viewed = rest.Length;
            return 0;
        }
        _viewed = 0;
        head.Request.Peer = Peer;
        if (fault == RequestFault.None && head.HasContent && !head.ExpectsContinue)
        {
            fault = ViewContent(head, rest[head.Length..]);
        }
        return fault switch
        {
            RequestFault.None => Decide(head, rest, ref output),
            RequestFault.Incomplete => 0,
            _ => Refuse(fault, head, rest, ref output),
        };
    }

    /// <summary>
    /// Looks through the content as far as it is there. Content of known length cannot turn out to be broken,
    /// so that its request is answered at once.
    /// </summary>
    private RequestFault ViewContent(in RequestHead head, ReadOnlySpan<byte> content)
    {
        if (!_isContentInView)
        {
            // The framing of chunks is content too.
            if (head.ContentLength > _options.BodyBytes || (head.IsChunked && _options.BodyBytes == 0))
            {
                return RequestFault.ContentTooLarge;
            }
            _content = head.IsChunked
                ? RequestContent.Chunked(_options.BodyBytes)
                : RequestContent.OfLength(head.ContentLength);
            _contentViewed = 0;
            _isContentInView = true;
            _isBegun = false;
        }
        ReadOnlySpan<byte> added = content[_contentViewed..Math.Min(content.Length, ContentViewMax)];
        ContentProgress progress = _content.Advance(added, out int used);
        _contentViewed += used;
        return progress switch
        {
            ContentProgress.Malformed => RequestFault.BadChunk,
            ContentProgress.TooLarge => RequestFault.ContentTooLarge,
            ContentProgress.NeedsMore when head.IsChunked && _contentViewed < ContentViewMax
                => RequestFault.Incomplete,
            _ => RequestFault.None,
        };
    }

    private int Decide(in RequestHead head, ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        long unixSeconds = server.Clock.UnixSeconds(output.Now);
        server.Handler.Decide(head.Request, output.Now, unixSeconds, out HttpAnswer answer);
        return answer.IsLater
            ? WaitForDecision(answer.Ticket, head, rest, unixSeconds, ref output)
            : Answer(answer, head, rest, unixSeconds, ref output);
    }

    // Until when the request in view is waited for.
    private Instant DecisionBy => AskedAt + HttpOptions.ContentTimeout;

    private int WaitForDecision(
        long ticket, in RequestHead head, ReadOnlySpan<byte> rest, long unixSeconds, ref StreamOutput output)
    {
        if (server.Network is null || (_waitsForDecision && output.Now >= DecisionBy))
        {
            server.Handler.Refuse(RequestFault.ContentChanging, head.Request, out HttpAnswer refusal);
            return Answer(refusal, head, rest, unixSeconds, ref output);
        }
        if (!_waitsForDecision)
        {
            // Also where it has waited for room before: what is waited for now begins now.
            _waitsForDecision = _isAsked = true;
            AskedAt = output.Now;
            _counters.WaitsForContent++;
        }
        server.Wait(_id, ticket, ref _round);
        return 0;
    }

    private int Answer(
        in HttpAnswer answer,
        in RequestHead head,
        ReadOnlySpan<byte> rest,
        long unixSeconds,
        ref StreamOutput output)
    {
        int length = head.Length + (_isContentInView ? _contentViewed : 0);
        // RFC 9110 §10.1.1: a client that expected 100 and gets its answer may send its content or leave it,
        // so that what would come next is uncertain.
        bool endsContent = head.IsHttp10 && answer.Text is { Body: not null };
        bool closes = answer.IsLast || !head.IsPersistent || head.ExpectsContinue || endsContent
            || (_isLast && length == rest.Length);
        AnswerEnd end = endsContent ? AnswerEnd.CloseEndsContent
            : closes ? AnswerEnd.Close
            : head.IsHttp10 ? AnswerEnd.KeepAlive
            : AnswerEnd.Default;
        if (!TryQueue(answer, head, end, unixSeconds, ref output))
        {
            _waitsForRoom = true;
            return 0;
        }
        Phase next = closes ? Phase.Linger
            : _isContentInView && !_content.IsDone ? Phase.Content
            : Phase.Head;
        Duration patience = head.HasContent ? _options.LingerTimeout : _options.IdleTimeout;
        _waitsForDecision = _isContentInView = _isBegun = false;
        if (answer.HasContent && answer.Text is { IsPulled: true } text)
        {
            BeginText(text, endsContent, next, patience, ref output);
            return length;
        }
        GoOn(next, patience, ref output);
        return closes ? rest.Length : length;
    }

    private int Refuse(
        RequestFault fault, in RequestHead head, ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        if (!TryRefuse(fault, head, ref output))
        {
            _waitsForRoom = true;
            return 0;
        }
        End(_options.LingerTimeout, ref output);
        return rest.Length;
    }

    private bool TryRefuse(RequestFault fault, in RequestHead head, ref StreamOutput output)
    {
        server.Handler.Refuse(fault, head.Request, out HttpAnswer answer);
        return TryQueue(answer, head, AnswerEnd.Close, server.Clock.UnixSeconds(output.Now), ref output);
    }

    /// <summary>Has an answer written: what is counted and told of one is counted and told here.</summary>
    private bool TryQueue(
        in HttpAnswer answer,
        in RequestHead head,
        AnswerEnd end,
        long unixSeconds,
        ref StreamOutput output)
    {
        if (!server.Wire.TryWrite(answer, end, unixSeconds, ref output))
        {
            _counters.WaitsForRoom++;
            AskedAt = _isAsked ? AskedAt : output.Now;
            _isAsked = true;
            return false;
        }
        Note(answer, head, ref output);
        AskedAt = output.Now;
        _isAsked = false;
        _counters.CountAnswer(answer.Status);
        if (answer.Fault != RequestFault.None)
        {
            _counters.Of(answer.Fault)++;
        }
        return true;
    }

    private void GoOn(Phase next, Duration patience, ref StreamOutput output)
    {
        _phase = next;
        if (next == Phase.Linger)
        {
            End(patience, ref output);
        }
        else if (next == Phase.Content)
        {
            ActAt(output.Now + _options.BodyTimeout, ref output);
        }
    }

    private int OnContent(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        ContentProgress progress = _content.Advance(rest, out int used);
        switch (progress)
        {
            case ContentProgress.Done:
                _phase = Phase.Head;
                return used;
            case ContentProgress.NeedsMore:
                return used;
            default:
                // The answer was given; all that is left to say is that no other one follows.
                _counters.Of(progress == ContentProgress.Malformed
                    ? RequestFault.BadChunk
                    : RequestFault.ContentTooLarge)++;
                End(_options.LingerTimeout, ref output);
                return rest.Length;
        }
    }

    private int OnLinger(ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        bool wasDeaf = _close.IsDeaf;
        int used = _close.Take(rest.Length, output.Now);
        _counters.LingerStops += _close.IsDeaf && !wasDeaf ? 1 : 0;
        ActAt(_close.Due, ref output);
        return used;
    }

    private void AnswerWhatIsInView(ref StreamOutput output)
    {
        _isLast = true;
        if (!_waitsForRoom && !_waitsForDecision && _phase is not (Phase.Text or Phase.Linger))
        {
            End(_options.IdleTimeout, ref output);
        }
    }
}
