using System.Text;

namespace Straightwire.Protocols.Http.Answer;

/// <summary>The small documents that errors and redirects carry, as HTML or JSON.</summary>
internal static class ErrorDocuments
{
    /// <summary>Media type of the HTML.</summary>
    public const string Html = "text/html; charset=utf-8";

    /// <summary>Media type of the JSON.</summary>
    public const string Json = "application/json";

    private const int First = 300;

    private const int Redirect = 308;

    private static readonly (byte[] Html, byte[] Json)[] Documents = Make();

    /// <summary>The document of a status code from 300 on.</summary>
    public static byte[] Of(int status, bool json) =>
        json ? Documents[status - First].Json : Documents[status - First].Html;

    private static (byte[] Html, byte[] Json)[] Make()
    {
        var documents = new (byte[] Html, byte[] Json)[300];
        IEnumerable<int> refusals = Enum.GetValues<RequestFault>()
            .Where(fault => fault > RequestFault.Incomplete)
            .Select(fault => fault.Status());
        foreach (int status in refusals.Append(Redirect))
        {
            string phrase = Encoding.ASCII.GetString(StatusCodes.Phrase(status));
            string html = $"<!doctype html><html lang=\"en\"><title>{status} {phrase}</title>"
                + $"<h1>{status} {phrase}</h1></html>\n";
            string json = $"{{\"status\":{status},\"title\":\"{phrase}\"}}\n";
            documents[status - First] = (Encoding.ASCII.GetBytes(html), Encoding.ASCII.GetBytes(json));
        }
        return documents;
    }
}
