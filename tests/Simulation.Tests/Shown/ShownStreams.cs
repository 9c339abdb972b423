using System.Text;

namespace Straightwire.Simulation.Tests.Shown;

/// <summary>
/// What peers send to each kind of service: right, wrong, unfinished, much of it at once, and cut anywhere.
/// </summary>
internal static class ShownStreams
{
    private const int BytesMax = 120_000;

    /// <summary>Draws a stream for a kind of service.</summary>
    public static byte[] Draw(ShownKind kind, SeededRandom random)
    {
        if (kind == ShownKind.Raw)
        {
            return random.Bytes(random.Pick(10, 3000, 20_000, BytesMax));
        }
        StringBuilder text = new();
        int length = random.Pick(20, 3000, 20_000, BytesMax);
        text.Append(kind == ShownKind.Ftp ? Login(random) : "");
        while (text.Length < length)
        {
            text.Append(kind == ShownKind.Ftp ? Command(random) : Request(random));
        }
        // The end stands anywhere in what was drawn last.
        text.Length = random.Chance(0.5) ? text.Length : random.Between(1, text.Length);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static string Request(SeededRandom random)
    {
        string path = random.Pick("/", "/page.txt", "/dir", "/none", "/metrics", "/connections", "/readyz");
        string filler = random.Chance(0.5)
            ? ""
            : "X-A: " + new string('a', random.Pick(1, 1500, 2020, 8000, 15_000)) + "\r\n";
        string content = new('c', random.Pick(0, 1, 900, 3000, 20_000));
        string start = $" {path} HTTP/1.1\r\nHost: x\r\n{filler}";
        return random.Between(0, 9) switch
        {
            < 5 => $"GET{start}\r\n",
            5 => $"POST{start}Content-Length: {content.Length}\r\n\r\n{content}",
            6 => $"PUT{start}Transfer-Encoding: chunked\r\n\r\n{Chunks(content, random)}0\r\n\r\n",
            7 => $"HEAD{start}If-None-Match: \"x\"\r\n\r\n\r\n",
            8 when random.Chance(0.2) => $"GET{start}\n\r",
            8 => $"PUT{start}Expect: 100-continue\r\nContent-Length: {content.Length}\r\n\r\n{content}",
            _ => $"GET{start}Range: bytes=1-5\r\nCookie: {content}\r\n\r\n",
        };
    }

    private static string Chunks(string content, SeededRandom random)
    {
        StringBuilder chunks = new();
        for (int at = 0; at < content.Length;)
        {
            int length = Math.Min(content.Length - at, random.Pick(1, 20, 1000, 9000));
            string extension = random.Chance(0.2) ? ";a=\"" + new string('e', 30) + "\"" : "";
            chunks.Append($"{length:x}{extension}\r\n{content.AsSpan(at, length)}\r\n");
            at += length;
        }
        return chunks.ToString();
    }

    private static string Login(SeededRandom random) => random.Pick(
        "USER alice\r\nPASS secret\r\n", "USER anonymous\r\nPASS a@b\r\n", "USER alice\r\nPASS wrong\r\n");

    private static string Command(SeededRandom random) => random.Between(0, 11) switch
    {
        0 => "PASV\r\n",
        1 => "EPSV\r\n",
        2 => "STOR /new.bin\r\n",
        3 => "APPE /new.bin\r\n",
        4 => "RETR /big.bin\r\n",
        5 => "LIST\r\n",
        6 => "NOOP " + new string('n', random.Pick(1, 400, 600, 3000, 60_000)) + "\r\n",
        7 => "STAT /\r\n",
        8 when random.Chance(0.3) => "\u00ff\u00f4\u00ff\u00f2ABOR\r\n",
        8 => "\u00ff\u00fa\u0001" + new string('t', random.Pick(2, 2000)) + "\u00ff\u00f0NOOP\r\n",
        9 => "FEAT\r\nPWD\r\nTYPE I\r\n",
        _ => "MLST /a.txt\r\nSIZE /a.txt\r\n",
    };
}
