using System.Globalization;

namespace Straightwire.Protocols.Tests.Http;

/// <summary>An answer taken apart, strictly: anything that is not one throws.</summary>
internal sealed record ParsedAnswer(int Status, Dictionary<string, string> Fields, string Body)
{
    public bool Closes => Fields.GetValueOrDefault("Connection") == "close";

    /// <summary>
    /// Reads all answers of a connection; <paramref name="isHead"/> tells for which no content follows.
    /// </summary>
    public static List<ParsedAnswer> ReadAll(string text, Func<int, bool>? isHead = null)
    {
        var answers = new List<ParsedAnswer>();
        while (text.Length > 0)
        {
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            string[] lines = text[..end].Split("\r\n");
            Assert.That(lines[0], Does.Match(@"^HTTP/1\.1 [2-5]\d\d [A-Z][A-Za-z ]+$"));
            int status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
            var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (string line in lines[1..])
            {
                int colon = line.IndexOf(": ", StringComparison.Ordinal);
                fields.Add(line[..colon], line[(colon + 2)..]);
            }
            bool isEmpty = status is 204 or 304 || (isHead?.Invoke(answers.Count) ?? false);
            int length = isEmpty ? 0 : int.Parse(fields["Content-Length"], CultureInfo.InvariantCulture);
            string body = text.Substring(end + 4, length);
            answers.Add(new ParsedAnswer(status, fields, body));
            text = text[(end + 4 + length)..];
        }
        return answers;
    }
}
