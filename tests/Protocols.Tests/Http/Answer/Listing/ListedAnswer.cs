using System.Globalization;
using System.Text;

namespace Straightwire.Protocols.Tests.Http.Answer.Listing;

/// <summary>
/// An answer, whose content is UTF-8, and comes in chunks, or by the end of the connection.
/// </summary>
internal sealed record ListedAnswer(string Head, string Content)
{
    public int Status => int.Parse(Head.AsSpan(9, 3), CultureInfo.InvariantCulture);

    /// <summary>A field's value; null: there is none.</summary>
    public string? this[string name] => Head.Split("\r\n")
        .Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 2)..])
        .SingleOrDefault();

    /// <summary>All that a connection got, acknowledged until nothing more comes.</summary>
    public static ListedAnswer Read(TestConnection connection)
    {
        while (connection.Sink.Count > 0)
        {
            connection.Acknowledge();
        }
        return Of(connection.Received());
    }

    /// <summary>Takes one answer apart; the sizes and ends of chunks must be exact.</summary>
    public static ListedAnswer Of(string answer)
    {
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        string head = answer[..end];
        bool isChunked = head.Contains("Transfer-Encoding: chunked\r\n", StringComparison.Ordinal);
        if (!isChunked || end == answer.Length)
        {
            return new ListedAnswer(head, Decode(answer[end..]));
        }
        StringBuilder content = new();
        for (int at = end; ;)
        {
            int line = answer.IndexOf("\r\n", at, StringComparison.Ordinal);
            int size = Convert.ToInt32(answer[at..line], 16);
            content.Append(answer, line + 2, size);
            at = line + 2 + size;
            Assert.That(answer.Substring(at, 2), Is.EqualTo("\r\n"));
            at += 2;
            if (size == 0)
            {
                Assert.That(at, Is.EqualTo(answer.Length));
                return new ListedAnswer(head, Decode(content.ToString()));
            }
        }
    }

    private static string Decode(string latin) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin));
}
