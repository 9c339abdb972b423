using System.Globalization;
using System.Text;
using Straightwire.Protocols.Http.Request;

namespace Straightwire.Protocols.Tests.Http.Request;

internal sealed class HttpDateTests
{
    private const long Now = 1_800_000_000; // 15 January 2027

    [Test]
    public void Dates_are_written_as_the_framework_writes_them_and_read_back()
    {
        var random = new Random(7);
        Span<byte> buffer = stackalloc byte[HttpDate.Length];
        for (int i = 0; i < 20_000; i++)
        {
            long seconds = i < 4000 ? i * 86_399L : random.NextInt64(253_402_300_800);
            HttpDate.Write(seconds, buffer);
            var date = DateTimeOffset.FromUnixTimeSeconds(seconds);
            string expected = date.ToString("R", CultureInfo.InvariantCulture);
            Assert.That(Encoding.ASCII.GetString(buffer), Is.EqualTo(expected));
            Assert.That(HttpDate.TryParse(buffer, Now, out long read), Is.True);
            Assert.That(read, Is.EqualTo(seconds));
        }
    }

    [TestCase("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777)]
    [TestCase("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777)]
    [TestCase("Sun Nov  6 08:49:37 1994", 784_111_777)]
    [TestCase("Wed Nov 16 08:49:37 1994", 784_975_777)]
    [TestCase("Wednesday, 01-Jan-70 00:00:00 GMT", 3_155_760_000)] // 2070 is not more than 50 years ahead
    [TestCase("Saturday, 01-Jan-78 00:00:00 GMT", 252_460_800)] // 2078 is: it means 1978
    [TestCase("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800)] // a leap second
    public void The_three_formats_are_read(string text, long expected)
    {
        Assert.That(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), Now, out long seconds), Is.True);
        Assert.That(seconds, Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase("Sun, 06 Nov 1994 08:49:37 UTC")]
    [TestCase("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [TestCase("Sun, 6 Nov 1994 08:49:37 GMT")]
    [TestCase("Sun, 06 nov 1994 08:49:37 GMT")]
    [TestCase("Sun, 31 Feb 1994 08:49:37 GMT")]
    [TestCase("Sun, 06 Nov 1994 24:00:00 GMT")]
    [TestCase("Sun, 06 Nov 1994 08-49-37 GMT")]
    [TestCase("Sun, 06 Nov 0000 08:49:37 GMT")]
    [TestCase("Sun, 0x Nov 1994 08:49:37 GMT")]
    [TestCase("Day, 06 Nov 1994 08:49:37 GMT")]
    [TestCase("Sunny, 06-Nov-94 08:49:37 GMT")]
    [TestCase("Sunday, 06-Nov-1994 08:49:37 GMT")]
    [TestCase("Sun Nov 06 08:49:37 1994 GMT")]
    [TestCase("784111777")]
    public void Anything_else_is_no_date(string text) =>
        Assert.That(HttpDate.TryParse(Encoding.ASCII.GetBytes(text), Now, out _), Is.False);
}
