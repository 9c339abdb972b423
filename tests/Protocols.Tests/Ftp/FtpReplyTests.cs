using System.Text;
using Straightwire.Protocols.Ftp;

namespace Straightwire.Protocols.Tests.Ftp;

internal sealed class FtpReplyTests
{
    [TestCase("one", "250 one\r\n")]
    [TestCase("", "250 \r\n")]
    [TestCase("one\ntwo", "250-one\r\n250 two\r\n")]
    [TestCase("one\n250 two\n\nthree", "250-one\r\n 250 two\r\n \r\n250 three\r\n")]
    [TestCase("gr\u00e4\u00df", "250 gr\u00e4\u00df\r\n")]
    public void A_reply_is_its_code_and_its_lines(string text, string expected) =>
        Assert.That(Write(new FtpReply(250, text)), Is.EqualTo(expected));

    [Test]
    public void A_reply_that_goes_on_has_no_last_line() =>
        Assert.That(Write(new FtpReply(213, "Status:", ReplyThen.Lines)), Is.EqualTo("213-Status:\r\n"));

    private static string Write(FtpReply reply)
    {
        byte[] bytes = new byte[256];
        return Encoding.UTF8.GetString(bytes, 0, reply.Write(bytes));
    }
}
