using System.Globalization;
using System.Text;
using Straightwire.Protocols.Http;
using Straightwire.Protocols.Http.Request;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Protocols.Metrics;

/// <summary>
/// One connection: a request is answered when the answer before it is queued whole, and nothing else is kept.
/// Whatever is wrong with a request ends the connection after its answer.
/// </summary>
internal sealed class MetricsSession(MetricsService service, Ipv4Address peer, Instant acceptedAt)
    : IStreamSession
{
    // An answer goes out in pieces, so that a small pool is no obstacle.
    private const int PieceLength = 512;

    private const long LingerBytesMax = 16 << 20;

    private const string PlainText = "text/plain; charset=utf-8";
    private const string Exposition = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MetricsCounters _counters = service.Counters;
    private byte[]? _answer;
    private int _queued;
    private bool _isLast;
    private bool _isFinished;
    private LingeringClose _close;

    /// <summary>Who asks.</summary>
    public Ipv4Address Peer => peer;

    /// <summary>The connection's name.</summary>
    public StreamId Id { get; private set; }

    /// <summary>When it asked last, or came.</summary>
    public Instant AskedAt { get; private set; } = acceptedAt;

    /// <summary>It is notified to end for another one.</summary>
    public bool GivesWay { get; set; }

    /// <inheritdoc/>
    public void OnConnected(ref StreamOutput output)
    {
        Id = output.Id;
        output.SetDeadline(output.Now + service.Options.IdleTimeout);
    }

    /// <inheritdoc/>
    public void OnNotified(ref StreamOutput output)
    {
        if (GivesWay)
        {
            output.Abort();
        }
    }

    /// <inheritdoc/>
    public int OnReceived(ReadOnlySpan<byte> received, ref StreamOutput output)
    {
        int consumed = 0;
        while (consumed < received.Length && _answer is null)
        {
            ReadOnlySpan<byte> rest = received[consumed..];
            if (_isFinished)
            {
                consumed += _close.Take(rest.Length, output.Now);
                output.SetDeadline(_close.Due);
                break;
            }
            RequestFault fault = Http1Parser.Parse(rest, service.Http, out RequestHead head);
            if (fault == RequestFault.Incomplete)
            {
                break;
            }
            consumed = fault == RequestFault.None ? consumed + head.Length : received.Length;
            Answer(fault, in head, ref output);
        }
        return consumed;
    }

    /// <inheritdoc/>
    public void OnWritable(ref StreamOutput output) => Queue(ref output);

    /// <inheritdoc/>
    public void OnPeerFinished(ref StreamOutput output) => EndAfterAnswer(ref output);

    /// <inheritdoc/>
    public void OnDrain(ref StreamOutput output) => EndAfterAnswer(ref output);

    /// <inheritdoc/>
    public void OnDeadline(ref StreamOutput output)
    {
        if (_isFinished && _close.IsOver(in output))
        {
            output.Abort();
        }
        else if (_isFinished)
        {
            output.SetDeadline(_close.Due);
        }
        else if (_answer is not null || output.Unacknowledged > 0)
        {
            // The peer is still reading; whether it makes progress is for TCP's user timeout to judge.
            output.SetDeadline(output.Now + service.Options.IdleTimeout);
        }
        else
        {
            _counters.IdleTimeouts++;
            Finish(ref output);
        }
    }

    /// <inheritdoc/>
    public void OnClosed(StreamEnd end) => service.Leave(this);

    private void Answer(RequestFault fault, in RequestHead head, ref StreamOutput output)
    {
        if (fault == RequestFault.None)
        {
            fault = head switch
            {
                { HasContent: true } => RequestFault.ContentTooLarge,
                { Request.Refusal: not RequestFault.None } => head.Request.Refusal,
                { Request.Method: not (RequestMethod.Get or RequestMethod.Head) }
                    => RequestFault.MethodNotAllowed,
                _ => RequestFault.None,
            };
        }
        _isLast |= fault != RequestFault.None || !head.IsPersistent || head.IsHttp10;
        bool hasBody = head.Request.Method != RequestMethod.Head;
        _answer = fault == RequestFault.None
            ? Find(head.Request.Path, hasBody, ref output)
            : Compose(fault.Status(), PlainText, default, hasBody, ref output);
        Queue(ref output);
    }

    private byte[] Find(ReadOnlySpan<byte> path, bool hasBody, ref StreamOutput output)
    {
        bool isReady = service.Source.IsReady;
        return path switch
        {
            _ when path.SequenceEqual("/metrics"u8) =>
                Compose(200, Exposition, service.Source.Render().Span, hasBody, ref output),
            _ when path.SequenceEqual("/healthz"u8) =>
                Compose(200, PlainText, "ok\n"u8, hasBody, ref output),
            _ when path.SequenceEqual("/readyz"u8) && isReady =>
                Compose(200, PlainText, "ready\n"u8, hasBody, ref output),
            _ when path.SequenceEqual("/readyz"u8) =>
                Compose(503, PlainText, "not ready\n"u8, hasBody, ref output),
            _ => Compose(404, PlainText, "/metrics, /healthz and /readyz are here\n"u8, hasBody, ref output),
        };
    }

    private byte[] Compose(
        int status, string mediaType, ReadOnlySpan<byte> body, bool hasBody, ref StreamOutput output)
    {
        _counters.Requests++;
        AskedAt = output.Now;
        _counters.Errors += status >= 400 ? 1 : 0;
        string phrase = Encoding.ASCII.GetString(StatusCodes.Phrase(status));
        Span<byte> date = stackalloc byte[HttpDate.Length];
        HttpDate.Write(service.Clock.UnixSeconds(output.Now), date);
        string allow = status == 405 ? "Allow: GET, HEAD\r\n" : "";
        string close = _isLast ? "Connection: close\r\n" : "";
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} {phrase}\r\nDate: {Encoding.ASCII.GetString(date)}\r\n"
            + $"Content-Type: {mediaType}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\n"
            + $"{allow}{close}\r\n");
        return hasBody ? [.. Encoding.ASCII.GetBytes(head), .. body] : Encoding.ASCII.GetBytes(head);
    }

    /// <summary>Queues as much of the answer as there is room for.</summary>
    private void Queue(ref StreamOutput output)
    {
        if (_answer is null)
        {
            return;
        }
        while (_queued < _answer.Length)
        {
            int length = Math.Min(PieceLength, _answer.Length - _queued);
            if (!output.TryWrite(_answer.AsSpan(_queued, length)))
            {
                return;
            }
            _queued += length;
        }
        (_answer, _queued) = (null, 0);
        if (_isLast)
        {
            Finish(ref output);
        }
        else
        {
            output.SetDeadline(output.Now + service.Options.IdleTimeout);
        }
    }

    private void EndAfterAnswer(ref StreamOutput output)
    {
        _isLast = true;
        if (_answer is null && !_isFinished)
        {
            Finish(ref output);
        }
    }

    private void Finish(ref StreamOutput output)
    {
        _isFinished = true;
        output.Finish();
        TimeSpan quiet = service.Options.LingerTimeout;
        _close = new LingeringClose(output.Now, quiet, quiet, service.Options.LingerTimeMax, LingerBytesMax);
        output.SetDeadline(_close.Due);
    }
}
