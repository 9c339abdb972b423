using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;

namespace Straightwire.Protocols.Http.Wire1;

/// <summary>What a connection waits for, how long, and its end.</summary>
internal sealed partial class Http1Connection
{
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
        else if (_waitsForDecision)
        {
            // Shown again, the request is answered with what there is.
            server.Network?.Notify(_id);
            ActAt(output.Now + _options.IdleTimeout, ref output);
        }
        else if (WaitsForBody(in output))
        {
            // Whoever makes it does not go on, and an answer whose end is missing is told by a reset.
            output.Abort();
        }
        else if (_waitsForRoom || _phase == Phase.Text || output.Unacknowledged > 0)
        {
            // The peer is still reading; whether it makes progress is for TCP's user timeout to judge.
            ActAt(output.Now + _options.IdleTimeout, ref output);
        }
        else
        {
            OnTimeout(ref output);
        }
    }

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
                TryRefuse(RequestFault.HeadTimeout, default, ref output);
                End(_options.LingerTimeout, ref output);
                break;
            default:
                _counters.IdleTimeouts++;
                End(_options.LingerTimeout, ref output);
                break;
        }
    }

    /// <summary>
    /// After all that can be done with what was received: sets the deadline of what is waited for.
    /// </summary>
    private void Settle(ref StreamOutput output)
    {
        if (_phase == Phase.Text)
        {
            return;
        }
        if (_phase != Phase.Linger && _isLast && !_waitsForRoom && !_waitsForDecision)
        {
            End(_options.IdleTimeout, ref output);
        }
        if (_phase != Phase.Head)
        {
            return;
        }
        if (_waitsForDecision)
        {
            ActAt(DecisionBy, ref output);
        }
        else if (!_leavesRest || _waitsForRoom)
        {
            ActAt(output.Now + _options.IdleTimeout, ref output);
        }
        else if (!_isBegun && (_isContentInView || _options.HeadTimeout.Nanoseconds > 0))
        {
            // In all, and not from byte to byte: a head that trickles in is not waited for.
            _isBegun = true;
            ActAt(output.Now + (_isContentInView ? _options.BodyTimeout : _options.HeadTimeout), ref output);
        }
    }

    /// <summary>FIN follows the last answer, and what the peer still sends is passed over.</summary>
    private void End(Duration patience, ref StreamOutput output)
    {
        _phase = Phase.Linger;
        _waitsForDecision = false;
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
