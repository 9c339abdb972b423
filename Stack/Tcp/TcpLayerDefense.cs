using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>Answers to who may be forging: challenges, and resets to strangers.</content>
public sealed partial class TcpLayer
{
    // RFC 5961 §7: a budget for all connections, and at most two a second for each, so that neither a flood
    // of bad segments nor a count of the answers is of use to an attacker.
    private void Challenge(ref TcpConnection tcb, Instant now)
    {
        if (now.Since(tcb.ChallengedAt) < 500_000_000 && tcb.ChallengedAt != Instant.Zero)
        {
            _counters.ChallengeAcksWithheld++;
        }
        else if (!_challengeLimit.TryTake(now))
        {
            _counters.ChallengeAcksWithheld++;
        }
        else
        {
            _counters.ChallengeAcks++;
            tcb.ChallengedAt = now;
            tcb.Mark(TcpMarks.AckOwed);
        }
    }

    private void ResetStranger(in FlowKey flow, in TcpSegment segment, Instant now)
    {
        if (segment.Header.Has(TcpFlags.Rst))
        {
            return;
        }
        if (IsOurs(flow.LocalPort) && _resetLimit.TryTake(now))
        {
            _output.BuildStrangerReset(in flow, in segment, now);
        }
        else
        {
            _counters.StrangersIgnored++;
        }
    }

    // Of a shared address, the other ports are the kernel's, which answers there itself.
    private bool IsOurs(ushort port)
    {
        if (_sharedPorts is null)
        {
            return true;
        }
        foreach (PortSpan span in _sharedPorts)
        {
            if (span.Contains(port))
            {
                return true;
            }
        }
        return false;
    }
}
