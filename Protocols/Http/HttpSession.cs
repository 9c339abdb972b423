using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Http;

/// <summary>
/// One connection: takes requests in order, has them answered, and ends when it should. A request is consumed
/// only once its answer is queued, so that what waits for room stays in the receive window and no answer is
/// kept here.
/// </summary>
internal sealed class HttpSession(HttpService service) : IStreamSession
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

        /// <summary>Answered; the rest of the request's content is passed over.</summary>
        Content,

        /// <summary>Finished; what still comes is dropped.</summary>
        Linger,
    }

    private readonly HttpOptions _options = service.Options;
    private readonly HttpCounters _counters = service.Counters;
    private Phase _phase;

    // Whether a deadline runs for the request in view.
    private bool _isBegun;

    // Whether a complete request stands in view whose answer found no room.
    private bool _waitsForRoom;

    // Whether a complete request stands in view whose file has changed and is read anew; until when that is
    // waited for, and the round of the service's that it is told in.
    private bool _waitsForContent;
    private Instant _contentBy;
    private long _round;

    // Whether nothing is answered but what stands in view: the peer has finished, or the program stops.
    private bool _isLast;

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

    // Who asks.
    private Ipv4Address _peer;

    /// <summary>Makes the session that of a new connection.</summary>
    public void Begin(Ipv4Address peer)
    {
        _peer = peer;
        _phase = Phase.Head;
        _isBegun = _waitsForRoom = _waitsForContent = _isLast = _isContentInView = false;
        _round = -1;
        _viewed = 0;
        _due = _armed = Instant.Never;
    }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output) => ActAt(output.Now + _options.IdleTimeout, ref output);

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
                Phase.Content => OnContent(rest, ref output),
                _ => OnLinger(rest, ref output),
            };
            if (used == 0)
            {
                break;
            }
            consumed += used;
        }
        Settle(consumed == received.Length, ref output);
        return consumed;
    }

    /// <inheritdoc/>
    /// <remarks>What waits for room is in the receive window, and is shown again.</remarks>
    public void OnWritable(ref StreamOutput output)
    {
    }

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output) => AnswerWhatIsInView(ref output);

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output) => AnswerWhatIsInView(ref output);

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
        _armed = Instant.Never;
        if (output.Now < _due)
        {
            ActAt(_due, ref output);
        }
        else if (_phase == Phase.Linger && !_close.IsOver(in output))
        {
            ActAt(_close.Due, ref output);
        }
        else if (_waitsForContent)
        {
            // Shown again, the request is answered with what there is.
            service.Network?.Notify(output.Id);
            ActAt(output.Now + _options.IdleTimeout, ref output);
        }
        else if (_waitsForRoom || output.Unacknowledged > 0)
        {
            // The peer is still reading; whether it makes progress is for TCP's user timeout to judge.
            ActAt(output.Now + _options.IdleTimeout, ref output);
        }
        else
        {
            OnTimeout(ref output);
        }
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end) => service.Return(this);

    private void OnTimeout(ref StreamOutput output)
    {
        switch (_phase)
        {
            case Phase.Linger:
                _counters.LingerAborts++;
                output.Abort();
                break;
            case Phase.Content:
                _counters.ContentTimeouts++;
                End(_options.LingerTimeout, ref output);
                break;
            case Phase.Head when _isBegun:
                // RFC 9110 §15.5.9: 408 when a complete request did not come in time.
                service.Answers.TryRefuse(RequestFault.HeadTimeout, default, Persistence.Close, ref output);
                End(_options.LingerTimeout, ref output);
                break;
            default:
                _counters.IdleTimeouts++;
                End(_options.LingerTimeout, ref output);
                break;
        }
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
        if (_viewed > 0 && rest.Length < _options.HeadBytesMax
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
        if (fault == RequestFault.None && head.HasContent && !head.ExpectsContinue)
        {
            fault = ViewContent(head, rest[head.Length..]);
        }
        return fault switch
        {
            RequestFault.None => Answer(head, rest, ref output),
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
            if (head.ContentLength > _options.BodyBytesMax)
            {
                return RequestFault.ContentTooLarge;
            }
            _content = head.IsChunked
                ? RequestContent.Chunked(_options.BodyBytesMax)
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

    private int Answer(in RequestHead head, ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        int length = head.Length + (_isContentInView ? _contentViewed : 0);
        // RFC 9110 §10.1.1: a client that expected 100 and gets its answer may send its content or leave it,
        // so that what would come next is uncertain.
        bool closes = !head.IsPersistent || head.ExpectsContinue || (_isLast && length == rest.Length);
        Persistence persistence = closes ? Persistence.Close
            : head.IsHttp10 ? Persistence.KeepAlive
            : Persistence.Default;
        bool mayWait = service.Network is not null && (!_waitsForContent || output.Now < _contentBy);
        switch (service.Answers.Answer(head.Request, _peer, persistence, mayWait, ref output))
        {
            case AnswerResult.NoRoom:
                _waitsForRoom = true;
                return 0;
            case AnswerResult.Later:
                WaitForContent(ref output);
                return 0;
        }
        _waitsForContent = false;
        bool contentFollows = _isContentInView && !_content.IsDone;
        _isContentInView = false;
        _isBegun = false;
        if (closes)
        {
            End(head.HasContent ? _options.LingerTimeout : _options.IdleTimeout, ref output);
            return rest.Length;
        }
        if (contentFollows)
        {
            _phase = Phase.Content;
            ActAt(output.Now + _options.BodyTimeout, ref output);
        }
        return length;
    }

    private void WaitForContent(ref StreamOutput output)
    {
        if (!_waitsForContent)
        {
            _waitsForContent = true;
            _contentBy = output.Now + HttpOptions.ContentTimeout;
            _counters.WaitsForContent++;
        }
        service.TellOfContent(output.Id, ref _round);
    }

    private int Refuse(
        RequestFault fault, in RequestHead head, ReadOnlySpan<byte> rest, ref StreamOutput output)
    {
        if (!service.Answers.TryRefuse(fault, head.Request, Persistence.Close, ref output))
        {
            _waitsForRoom = true;
            return 0;
        }
        End(_options.LingerTimeout, ref output);
        return rest.Length;
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
        if (!_waitsForRoom && !_waitsForContent && _phase != Phase.Linger)
        {
            End(_options.IdleTimeout, ref output);
        }
    }

    /// <summary>
    /// After all that can be done with what was received: sets the deadline of what is waited for.
    /// </summary>
    private void Settle(bool isAllConsumed, ref StreamOutput output)
    {
        if (_phase != Phase.Linger && _isLast && !_waitsForRoom && !_waitsForContent)
        {
            End(_options.IdleTimeout, ref output);
        }
        if (_phase != Phase.Head)
        {
            return;
        }
        if (_waitsForContent)
        {
            ActAt(_contentBy, ref output);
        }
        else if (isAllConsumed || _waitsForRoom)
        {
            ActAt(output.Now + _options.IdleTimeout, ref output);
        }
        else if (!_isBegun)
        {
            // In all, and not from byte to byte: a head that trickles in is not waited for.
            _isBegun = true;
            ActAt(output.Now + (_isContentInView ? _options.BodyTimeout : _options.HeadTimeout), ref output);
        }
    }

    /// <summary>FIN follows the last answer, and what the peer still sends is passed over.</summary>
    private void End(TimeSpan patience, ref StreamOutput output)
    {
        _phase = Phase.Linger;
        _waitsForContent = false;
        output.Finish();
        _close = new LingeringClose(
            output.Now, patience, _options.LingerTimeout, _options.LingerTimeMax, _options.LingerBytesMax);
        ActAt(_close.Due, ref output);
    }

    private void ActAt(Instant due, ref StreamOutput output)
    {
        _due = due;
        if (due < _armed)
        {
            _armed = due;
            output.SetDeadline(due);
        }
    }
}
