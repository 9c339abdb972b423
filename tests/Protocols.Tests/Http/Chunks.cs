using System.Text;

namespace Straightwire.Protocols.Tests.Http;

/// <summary>Content in chunks (RFC 9112 §7.1), as answers have it.</summary>
internal static class Chunks
{
    /// <summary>Takes all of them apart; sizes and ends must be exact, and the last one the end.</summary>
    public static string Decode(string chunks)
    {
        StringBuilder content = new();
        for (int at = 0; ;)
        {
            int line = chunks.IndexOf("\r\n", at, StringComparison.Ordinal);
            int size = Convert.ToInt32(chunks[at..line], 16);
            content.Append(chunks, line + 2, size);
            at = line + 2 + size;
            Assert.That(chunks.Substring(at, 2), Is.EqualTo("\r\n"));
            at += 2;
            if (size == 0)
            {
                Assert.That(at, Is.EqualTo(chunks.Length));
                return content.ToString();
            }
        }
    }
}
