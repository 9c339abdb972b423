using System.Runtime.CompilerServices;
using Straightwire.Protocols.Http.Answer;
using Straightwire.Protocols.Http.Request;
using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>What is told of answers: how long they took, to the counters and to a log.</summary>
internal sealed partial class Http1Connection
{
    // Answers that are waited for until their last octet is acknowledged; null: there was none.
    private OpenAnswers? _open;

    /// <summary>An answer is queued: its record is written, or begins where it is a long one.</summary>
    private void Note(in HttpAnswer answer, in RequestHead head, ref StreamOutput output)
    {
        Instant askedAt = _isAsked ? AskedAt : output.Now;
        long nanoseconds = output.Now.Since(askedAt);
        _counters.RequestDurationSeconds.Observe(nanoseconds);
        bool isLong = answer.IsLong && server.Network is not null;
        if (server.Log is not null || isLong)
        {
            Tell(answer, head, askedAt, isLong, ref output);
        }
    }

    // Not a part of its caller: a record on the stack would be cleared where nobody is told of it, too.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Tell(
        in HttpAnswer answer,
        in RequestHead head,
        Instant askedAt,
        bool isLong,
        ref StreamOutput output)
    {
        HttpRecord record = default;
        if (server.Log is not null)
        {
            Fill(ref record, answer, head, askedAt, output.Now);
        }
        if (isLong && (_open ??= server.RentOpen()).Count < OpenAnswers.Max)
        {
            Begin(answer, askedAt, in record, ref output);
        }
        else
        {
            server.Log?.Write(in record);
        }
    }

    private void Begin(
        in HttpAnswer answer, Instant askedAt, scoped in HttpRecord record, ref StreamOutput output)
    {
        int number = -1;
        if (server.Log is { } log && !log.TryBegin(in record, out number))
        {
            log.Write(in record);
            number = -1;
        }
        long acknowledged = server.Network!.ProgressOf(_id).AcknowledgedBytes;
        _open!.Add(new OpenAnswer(
            askedAt, acknowledged + output.Unacknowledged, answer.ContentLength, number));
        output.WaitForAcknowledgement();
    }

    private void Fill(
        ref HttpRecord record, in HttpAnswer answer, in RequestHead head, Instant askedAt, Instant now)
    {
        record.UnixNanoseconds = server.Clock.UnixNanoseconds(askedAt);
        record.Peer = Peer;
        record.Client = ForwardedFor.ClientOf(Peer, head.Request, _options.Proxies);
        record.PeerPort = _peerPort;
        record.Connection = _id;
        record.Status = answer.Status;
        record.Bytes = answer.ContentLength;
        record.AcknowledgedBytes = -1;
        record.Duration = new Duration(now - askedAt);
        record.RoundTrip = server.Network?.ProgressOf(_id).RoundTrip ?? default;
        record.RequestLine = head.Line;
        record.Site = answer.Site?.Name;
        record.Host = head.Request.Authority;
        record.Referer = head.Request.Referer;
        record.UserAgent = head.Request.UserAgent;
    }

    /// <summary>The peer has acknowledged more: answers of which it has all are told of.</summary>
    private void EndAcknowledged(ref StreamOutput output)
    {
        StreamProgress progress = server.Network!.ProgressOf(_id);
        while (_open!.Count > 0 && _open.First.EndsAt <= progress.AcknowledgedBytes)
        {
            EndFirst(in progress, output.Now);
        }
        if (_open.Count > 0)
        {
            output.WaitForAcknowledgement();
        }
    }

    /// <summary>The connection is gone: what has come of its answers is all that will.</summary>
    private void EndOpen()
    {
        if (_open is not null)
        {
            StreamProgress progress = server.Network!.ProgressOf(_id);
            while (_open.Count > 0)
            {
                EndFirst(in progress, server.Now);
            }
            server.ReturnOpen(_open);
            _open = null;
        }
    }

    private void EndFirst(in StreamProgress progress, Instant now)
    {
        ref readonly OpenAnswer answer = ref _open!.First;
        long acknowledged = answer.AcknowledgedOf(progress.AcknowledgedBytes);
        if (acknowledged == answer.Bytes)
        {
            _counters.DeliverySeconds.Observe(now.Since(answer.AskedAt));
        }
        if (answer.Record >= 0)
        {
            server.Log!.End(
                answer.Record, acknowledged, new Duration(now - answer.AskedAt), progress.RoundTrip);
        }
        _open.Remove();
    }
}
