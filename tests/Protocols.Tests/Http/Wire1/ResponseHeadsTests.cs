using System.Text;
using Straightwire.Protocols.Http.Wire1;

namespace Straightwire.Protocols.Tests.Http.Wire1;

internal sealed class ResponseHeadsTests
{
    [Test]
    public void The_head_of_a_200_says_what_the_file_is()
    {
        byte[] buffer = new byte[ResponseHeads.LengthMax];
        int length = ResponseHeads.WriteOk(
            "text/html; charset=utf-8", "\"a1\""u8, 784_111_777, 5_000_000_000, buffer);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Is.EqualTo(
            "Content-Type: text/html; charset=utf-8\r\nContent-Length: 5000000000\r\n"
            + "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: \"a1\"\r\n"
            + "Accept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n\r\n"));
    }

    [TestCase("\"a1\"", "ETag: \"a1\"\r\n\r\n")]
    [TestCase("", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n")]
    public void The_head_of_a_304_has_one_validator_and_no_length(string entityTag, string expected)
    {
        byte[] buffer = new byte[ResponseHeads.LengthMax];
        int length = ResponseHeads.WriteNotModified(Encoding.ASCII.GetBytes(entityTag), 784_111_777, buffer);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Is.EqualTo(expected));
    }
}
