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
        string rest = answer[end..];
        return new ListedAnswer(head, Decode(isChunked && rest.Length > 0 ? Chunks.Decode(rest) : rest));
    }

    private static string Decode(string latin) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin));
}
