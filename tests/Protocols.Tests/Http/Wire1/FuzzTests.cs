using System.Text;
using Straightwire.Protocols.Http.Wire1;

namespace Straightwire.Protocols.Tests.Http.Wire1;

internal sealed class FuzzTests
{
    private static readonly string[] Seeds =
    [
        "GET /file.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=1-2\r\nIf-Range: \"tag\"\r\n\r\n",
        "GET /%66ile.txt?q HTTP/1.1\r\nHost: [::1]:80\r\n"
            + "If-None-Match: W/\"a\", \"b\"\r\nAccept: a/b;q=0.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nabcde\r\n0\r\nT: x\r\n\r\n",
        "GET http://a/dir?x HTTP/1.0\r\nConnection: keep-alive, x\r\nContent-Length: 3\r\n\r\nabc",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nIf-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n"
            + "If-Unmodified-Since: Sun Nov  6 08:49:37 1994\r\nIf-Match: *\r\n\r\n",
    ];

    private static readonly string[] Splices =
    [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "\"", "0", "-", "=", "/", "%", "?", "*", "\0", "\u00ff",
        "chunked", "close", "99999999999999999999", "Content-Length: 1\r\n", "Transfer-Encoding: chunked\r\n",
    ];

    /// <summary>
    /// Whatever comes: nothing is thrown, what is answered parses, and the cuts between segments change
    /// nothing.
    /// </summary>
    [Test]
    public void Mutated_requests_are_answered_alike_however_they_are_cut([Range(1, 8)] int seed)
    {
        var random = new Random(seed);
        var site = new TestSite();
        for (int round = 0; round < 1500; round++)
        {
            string text = Mutate(string.Concat(Pick(random), Pick(random), Pick(random)), random);
            byte[] bytes = Encoding.Latin1.GetBytes(text);
            TestConnection whole = new TestConnection(site).Send(bytes);
            var cut = new TestConnection(site);
            for (int at = 0; at < bytes.Length;)
            {
                int length = Math.Min(random.Next(1, 30), bytes.Length - at);
                cut.Send(bytes.AsSpan(at, length));
                at += length;
            }
            string received = whole.Received();
            Assert.That(cut.Received(), Is.EqualTo(received), text);
            Assert.That(cut.IsEnded, Is.EqualTo(whole.IsEnded), text);
            // An answer to HEAD is the one that cannot be told without its request, and there is none here.
            ParsedAnswer.ReadAll(received);
            whole.Close();
            cut.Close();
        }
        Assert.That(
            site.Pool.FrameCount - site.Pool.FreeCount,
            Is.AtMost(ResponsePrefixes.FrameMax),
            "no frame is lost");
    }

    private static string Pick(Random random) => Seeds[random.Next(Seeds.Length)];

    private static string Mutate(string text, Random random)
    {
        for (int i = random.Next(4); i > 0; i--)
        {
            int at = random.Next(text.Length);
            text = random.Next(3) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at)),
                1 => text.Insert(at, Splices[random.Next(Splices.Length)]),
                _ => text.Remove(at, 1).Insert(at, ((char)random.Next(256)).ToString()),
            };
        }
        return text;
    }
}
