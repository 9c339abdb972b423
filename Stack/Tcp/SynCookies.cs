using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// SYN cookies (RFC 4987 §3.6): an initial sequence number that holds what a half-open connection would be
/// remembered for. It is RFC 6528's, with the low 16 bits of the 4 µs clock replaced by three bits for the
/// MSS and 13 of a keyed hash over the flow, the peer's number, the time and the MSS: so the numbers of a
/// flow grow with the clock (in steps of 262 ms), cannot be foreseen, and of 2^21 guesses one is right.
/// Window scale and SACK stand in the low bits of the timestamp, where there is one, as Linux has it.
/// </summary>
public sealed class SynCookies
{
    // How long a cookie is good: what a SYN-ACK and its answer may be under way together.
    private const long LifetimeNanoseconds = 64_000_000_000;
    private const long TickNanoseconds = 4000;
    private const int PeriodShift = 16;
    private const int MssShift = 13;
    private const uint LowMask = (1 << PeriodShift) - 1;
    private const uint MacMask = (1 << MssShift) - 1;
    private const uint PeriodsGood = (uint)(LifetimeNanoseconds / (TickNanoseconds << PeriodShift));

    private const uint OptionsMask = 31;
    private const uint SackBit = 16;
    private const uint NoScale = 15;

    // Each is what links and tunnels in use give or a little less: a segment never exceeds what a peer takes.
    private static readonly ushort[] MssSteps = [48, 256, 536, 1220, 1360, 1440, 1460, 8960];

    private readonly UInt128 _key;

    /// <summary>Takes a secret, of which it makes its own.</summary>
    public SynCookies(UInt128 key) =>
        _key = new UInt128(SipHash.Hash(key, 0, 1), SipHash.Hash(key, 0, 2));

    /// <summary>Cookies are out that may come back, until then.</summary>
    public Instant GoodUntil { get; private set; }

    /// <summary>The initial sequence number for a flow's SYN.</summary>
    /// <param name="flowHash">A keyed hash of the flow, whose low half is RFC 6528's F.</param>
    /// <param name="irs">The peer's initial sequence number.</param>
    /// <param name="mss">The peer's MSS; the greatest step within it is kept.</param>
    /// <param name="now">The instant of this pass.</param>
    public SequenceNumber Make(ulong flowHash, SequenceNumber irs, int mss, Instant now)
    {
        GoodUntil = now.Plus(LifetimeNanoseconds);
        int step = MssSteps.Length - 1;
        while (step > 0 && MssSteps[step] > mss)
        {
            step--;
        }
        uint period = Period(now);
        uint low = ((uint)step << MssShift) | Mac(flowHash, irs, period, step);
        return new SequenceNumber((uint)flowHash + ((period << PeriodShift) | low));
    }

    /// <summary>
    /// Whether a number was made for a flow and a peer's number, not too long ago; with its MSS.
    /// </summary>
    public CookieCheck Check(
        ulong flowHash, SequenceNumber irs, SequenceNumber iss, Instant now, out ushort mss)
    {
        uint cookie = iss.Value - (uint)flowHash;
        uint period = cookie >> PeriodShift;
        var step = (int)((cookie & LowMask) >> MssShift);
        mss = MssSteps[step];
        return ((Period(now) - period) & LowMask) > PeriodsGood ? CookieCheck.None
            : (cookie & MacMask) == Mac(flowHash, irs, period, step) ? CookieCheck.Good
            : CookieCheck.Plausible;
    }

    /// <summary>
    /// A timestamp at or a little before another, that holds a window scale (or −1) and SACK.
    /// </summary>
    public static uint Stamp(uint timestamp, int scale, bool sack)
    {
        uint stamp = (timestamp & ~OptionsMask) | (scale < 0 ? NoScale : (uint)scale) | (sack ? SackBit : 0);
        return (int)(stamp - timestamp) > 0 ? stamp - (OptionsMask + 1) : stamp;
    }

    /// <summary>What <see cref="Stamp"/> put into a timestamp that comes back.</summary>
    public static void ReadStamp(uint stamp, out sbyte scale, out bool sack)
    {
        uint bits = stamp & (OptionsMask & ~SackBit);
        scale = bits == NoScale ? (sbyte)-1 : (sbyte)bits;
        sack = (stamp & SackBit) != 0;
    }

    private static uint Period(Instant now) => (uint)(now.Nanoseconds / TickNanoseconds) >> PeriodShift;

    private uint Mac(ulong flowHash, SequenceNumber irs, uint period, int step) =>
        MacMask & (uint)SipHash.Hash(
            _key, flowHash, ((ulong)irs.Value << 32) | (period << 3) | (uint)step);
}
