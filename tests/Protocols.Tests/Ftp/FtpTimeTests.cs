using System.Globalization;
using System.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class FtpTimeTests
{
    [Test]
    public void Times_are_written_as_the_framework_writes_them_and_read_back()
    {
        var random = new Random(11);
        var buffer = new byte[FtpTime.Length];
        for (int i = 0; i < 20_000; i++)
        {
            long seconds = i < 4000 ? i * 86_399L : random.NextInt64(253_402_300_800);
            Assert.That(FtpTime.Write(seconds, buffer), Is.EqualTo(FtpTime.Length));
            string expected = DateTimeOffset.FromUnixTimeSeconds(seconds)
                .ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
            Assert.That(Encoding.ASCII.GetString(buffer), Is.EqualTo(expected));
            Assert.That(FtpTime.TryParse(buffer, out long read), Is.True);
            Assert.That(read, Is.EqualTo(seconds));
        }
    }

    [TestCase(-1, "19700101000000")]
    [TestCase(long.MinValue, "19700101000000")]
    [TestCase(253_402_300_799, "99991231235959")]
    [TestCase(253_402_300_800, "99991231235959")]
    [TestCase(long.MaxValue, "99991231235959")]
    public void A_time_that_has_no_four_digit_year_is_written_as_the_nearest(long seconds, string expected)
    {
        var buffer = new byte[FtpTime.Length];
        FtpTime.Write(seconds, buffer);
        Assert.That(Encoding.ASCII.GetString(buffer), Is.EqualTo(expected));
    }

    [TestCase("19941106084937", 784_111_777)]
    [TestCase("19941106084937.0", 784_111_777)]
    [TestCase("19941106084937.999999999999", 784_111_777)]
    [TestCase("20161231235960", 1_483_228_799)] // a leap second
    [TestCase("20240229000000", 1_709_164_800)]
    [TestCase("19700101000000", 0)]
    public void A_time_is_fourteen_digits_with_or_without_a_fraction(string text, long expected)
    {
        Assert.That(FtpTime.TryParse(Encoding.ASCII.GetBytes(text), out long seconds), Is.True);
        Assert.That(seconds, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("1994110608493")]
    [TestCase("199411060849370")]
    [TestCase("19941106084937.")]
    [TestCase("19941106084937.a")]
    [TestCase("19941106084937.1.1")]
    [TestCase("19941106084937,1")]
    [TestCase("19941106084937 ")]
    [TestCase(" 19941106084937")]
    [TestCase("19691231235959")]
    [TestCase("00000101000000")]
    [TestCase("19940006084937")]
    [TestCase("19941306084937")]
    [TestCase("19941100084937")]
    [TestCase("19941131084937")]
    [TestCase("20230229000000")]
    [TestCase("19941106240000")]
    [TestCase("19941106086037")]
    [TestCase("19941106084961")]
    [TestCase("1994110608493x")]
    [TestCase("+9941106084937")]
    public void Anything_else_is_no_time(string text)
    {
        Assert.That(FtpTime.TryParse(Encoding.ASCII.GetBytes(text), out long seconds), Is.False);
        Assert.That(seconds, Is.Zero);
    }
}
