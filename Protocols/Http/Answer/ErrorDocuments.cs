using System.Text;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>The small documents that errors and redirects of content carry, as HTML or JSON.</summary>
internal static class ErrorDocuments
{
    /// <summary>What may be done (RFC 9110 §10.2.1).</summary>
    public static readonly HttpField Allow = new("Allow", "GET, HEAD, OPTIONS");

    private const int First = 300;
    private const int Redirect = 301;

    private static readonly (HttpText Html, HttpText Json)[] Documents = Make();

    /// <summary>The document of a status code from 300 on.</summary>
    public static HttpText Of(int status, bool json) =>
        json ? Documents[status - First].Json : Documents[status - First].Html;

    private static (HttpText Html, HttpText Json)[] Make()
    {
        var documents = new (HttpText Html, HttpText Json)[300];
        IEnumerable<int> refusals = Enum.GetValues<RequestFault>()
            .Where(fault => fault > RequestFault.Incomplete)
            .Select(fault => fault.Status());
        foreach (int status in refusals.Append(Redirect))
        {
            string phrase = Encoding.ASCII.GetString(StatusCodes.Phrase(status));
            string html = $"<!doctype html><html lang=\"en\"><title>{status} {phrase}</title>"
                + $"<h1>{status} {phrase}</h1></html>\n";
            string json = $"{{\"status\":{status},\"title\":\"{phrase}\"}}\n";
            HttpField[] fields = FieldsOf(status);
            documents[status - First] = (
                new HttpText("text/html; charset=utf-8", Encoding.ASCII.GetBytes(html), fields),
                new HttpText("application/json", Encoding.ASCII.GetBytes(json), fields));
        }
        return documents;
    }

    private static HttpField[] FieldsOf(int status) =>
    [
        .. status switch
        {
            405 => [Allow],
            // RFC 9110 §10.2.3: in seconds.
            503 => [new HttpField("Retry-After", "1")],
            _ => (HttpField[])[],
        },
        new("Vary", "Accept"),
    ];
}
