using Straightwire.Stack.Tcp;
using Straightwire.Stack.Time;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Tcp;

/// <summary>
/// SYN cookies (RFC 4987 §3.6) as numbers: what they keep, how long, and what they do not tell.
/// </summary>
public sealed class SynCookiesTests
{
    private const ulong Flow = 0x0123_4567_89AB_CDEF;

    private static readonly SequenceNumber Irs = new(0xFFFF_FFF0);
    private static readonly Instant Begin = new(3_600_000_000_000);

    [TestCase(0, 48)]
    [TestCase(48, 48)]
    [TestCase(535, 256)]
    [TestCase(536, 536)]
    [TestCase(1452, 1440)]
    [TestCase(1460, 1460)]
    [TestCase(65_495, 8960)]
    public void A_cookie_keeps_the_greatest_step_within_the_mss(int mss, int kept)
    {
        SynCookies cookies = new(7);
        SequenceNumber iss = cookies.Make(Flow, Irs, mss, Begin);
        Assert.That(cookies.Check(Flow, Irs, iss, Begin, out ushort read), Is.EqualTo(CookieCheck.Good));
        Assert.That(read, Is.EqualTo(kept));
    }

    [Test]
    public void A_cookie_is_good_for_a_minute_and_for_its_flow_number_and_secret_alone()
    {
        SynCookies cookies = new(7);
        SequenceNumber iss = cookies.Make(Flow, Irs, 1460, Begin);
        Assert.That(Check(cookies, Flow, Irs, iss, 60), Is.EqualTo(CookieCheck.Good));
        Assert.That(Check(cookies, Flow, Irs, iss, 66), Is.EqualTo(CookieCheck.None));
        Assert.That(Check(cookies, Flow, Irs + 1400, iss, 1), Is.EqualTo(CookieCheck.Plausible));
        Assert.That(Check(cookies, Flow + (1UL << 40), Irs, iss, 1), Is.EqualTo(CookieCheck.Plausible));
        Assert.That(Check(new SynCookies(8), Flow, Irs, iss, 1), Is.EqualTo(CookieCheck.Plausible));
        Assert.That(Check(cookies, Flow ^ 0x8000_0000, Irs, iss, 1), Is.EqualTo(CookieCheck.None));
        Assert.That(cookies.GoodUntil, Is.EqualTo(Begin.PlusMilliseconds(64_000)));
    }

    [Test]
    public void Guesses_are_right_as_rarely_as_they_should()
    {
        SynCookies cookies = new(7);
        int good = 0;
        for (uint i = 0; i < 4_000_000; i++)
        {
            SequenceNumber guess = new(i * 2_654_435_761);
            good += cookies.Check(Flow, Irs, guess, Begin, out _) == CookieCheck.Good ? 1 : 0;
        }
        Assert.That(good, Is.LessThan(15), "one of 2^21");
    }

    // RFC 6528 §3: the numbers of one flow grow with a clock of 4 µs, and other flows' tell nothing of them.
    [Test]
    public void Numbers_of_a_flow_grow_with_the_clock_whatever_the_peers_are()
    {
        SynCookies cookies = new(7);
        SequenceNumber before = cookies.Make(Flow, Irs, 1460, Begin);
        for (int i = 1; i < 1000; i++)
        {
            SequenceNumber next = cookies.Make(Flow, Irs + (i * 7919), 536, Begin.PlusMilliseconds(i * 525L));
            Assert.That(next.Since(before), Is.InRange(1, 262_144));
            before = next;
        }
    }

    [Test]
    public void A_timestamp_keeps_scale_and_sack_and_is_not_ahead([Values(-1, 0, 7, 14)] int scale)
    {
        for (uint now = uint.MaxValue - 100; now != 100; now++)
        {
            uint stamp = SynCookies.Stamp(now, scale, sack: (now & 1) != 0);
            Assert.That((int)(now - stamp), Is.InRange(0, 31));
            SynCookies.ReadStamp(stamp, out sbyte read, out bool sack);
            Assert.That((read, sack), Is.EqualTo(((sbyte)scale, (now & 1) != 0)));
        }
    }

    private static CookieCheck Check(
        SynCookies cookies, ulong flow, SequenceNumber irs, SequenceNumber iss, int seconds) =>
        cookies.Check(flow, irs, iss, Begin.PlusMilliseconds(seconds * 1000L), out _);
}
