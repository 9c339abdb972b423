using Straightwire.Stack.Ip;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <content>Answers to who may be forging: challenges, and resets to strangers.</content>
public sealed partial class TcpLayer
{
    // Answers to what may be forged come no faster, for each connection and each half-open one.
    private const long AnswerNanoseconds = 500_000_000;

    // Addresses fall into so many parts by a secret hash, and each part has a budget of resets.
    private const int StrangerParts = 256;

    // Strangers of one part get so much of the whole limit; a flood from everywhere gets 16 times the limit.
    private const int StrangerShare = 16;

    // RFC 5961 §7 asks for a limit. One that all connections share is a count of what others were sent
    // (CVE-2016-5696), so that each connection has its own: at most two a second.
    private void Challenge(ref TcpConnection tcb, Instant now)
    {
        if (tcb.ChallengedAt != Instant.Zero && now.Since(tcb.ChallengedAt) < AnswerNanoseconds)
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

    // The same SYN again: so is the answer. Another one in its place is challenged by it too (RFC 5961 §4.2).
    private void AnswerAgain(ref SynEntry entry, Instant now)
    {
        if (now.Since(entry.AnsweredAt) < AnswerNanoseconds)
        {
            _counters.ChallengeAcksWithheld++;
        }
        else if (_output.TryBuildSynAck(in entry, now))
        {
            entry.AnsweredAt = now;
        }
    }

    // Who drains a budget and counts what is left learns what was sent to others from it. So a stranger's is
    // that of few addresses, which few is a secret, and how much it holds is noise.
    private static IcmpBudget[] MakeResetBudgets(int perSecond, ulong seed)
    {
        RandomNumbers random = new(seed);
        perSecond = perSecond == 0 ? 0 : Math.Max(1, perSecond / StrangerShare);
        IcmpBudget[] budgets = new IcmpBudget[StrangerParts];
        for (int i = 0; i < budgets.Length; i++)
        {
            budgets[i] = new IcmpBudget(perSecond, random);
        }
        return budgets;
    }

    private bool MayReset(IpAddress stranger, Instant now)
    {
        ulong part = SipHash.Hash(_sequenceKey, stranger.High, stranger.Low, ulong.MaxValue) % StrangerParts;
        return _resetBudgets[part].TryTake(now);
    }

    private void ResetStranger(in FlowKey flow, in TcpSegment segment, Instant now)
    {
        if (segment.Header.Has(TcpFlags.Rst))
        {
            return;
        }
        if (_ports.Has(flow.LocalPort) && MayReset(flow.RemoteAddress, now))
        {
            _output.BuildStrangerReset(in flow, in segment, now);
        }
        else
        {
            _counters.StrangersIgnored++;
        }
    }
}
