using System.Text;
using Straightwire.Protocols.Http.Wire1;
using Straightwire.Stack.Frames;

namespace Straightwire.Protocols.Tests.Http.Wire1;

internal sealed class ResponseHeadsTests
{
    [Test]
    public void The_head_of_a_200_says_what_the_file_is()
    {
        byte[] buffer = new byte[ResponseHeads.LengthMax];
        int length = ResponseHeads.WriteOk(
            "\"a1\""u8, 784_111_777, 5_000_000_000, buffer);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, length), Is.EqualTo(
            "Content-Length: 5000000000\r\n"
            + "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: \"a1\"\r\n"
            + "Accept-Ranges: bytes\r\n\r\n"));
    }

    [TestCase(0)]
    [TestCase(9)]
    [TestCase(10)]
    [TestCase(5_000_000_000)]
    [TestCase(long.MaxValue)]
    public void The_head_of_a_part_is_that_of_the_whole_without_its_first_line(long fileLength)
    {
        byte[] buffer = new byte[ResponseHeads.LengthMax];
        int length = ResponseHeads.WriteOk("\"a1\""u8, 784_111_777, fileLength, buffer);
        ContentSlice rest = ResponseHeads.AfterLength(new ContentSlice(1, 100, length), fileLength);
        Assert.That(rest.Offset + rest.Length, Is.EqualTo(100 + length));
        Assert.That(
            Encoding.ASCII.GetString(buffer.AsSpan((int)rest.Offset - 100, (int)rest.Length)),
            Is.EqualTo("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nETag: \"a1\"\r\n"
                + "Accept-Ranges: bytes\r\n\r\n"));
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
