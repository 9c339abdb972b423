using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Straightwire.Appliance.Tests.Attacks;

/// <summary>
/// Twenty ordinary clients of the kernel, from 198.18.0.101 to .120, which the script has given the
/// interface, each with a connection and a request of its own.
/// </summary>
internal sealed class HonestClients(IPEndPoint server)
{
    /// <summary>How many there are.</summary>
    public const int Count = 20;

    // Two lost SYNs would be 3 s: an honest client may lose one, and then no more.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2.5);

    // Every kind of answer: a file's own bytes, and those that are made for the request.
    private static readonly (string Request, string Status)[] Kinds =
    [
        ("GET /small.txt", "200"),
        ("GET /missing", "404"),
        ("GET /small.txt HTTP/1.1\r\nRange: bytes=1-9", "206"),
        ("GET /dir", "30"),
        ("GET /large.bin HTTP/1.1\r\nRange: bytes=5-99", "206"),
    ];

    /// <summary>Whether the operators' port answers, to an ordinary address.</summary>
    public async Task<bool> SeesMetrics()
    {
        string answer = await Ask(0, new IPEndPoint(server.Address, 9180), "GET /metrics");
        return answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
    }

    /// <summary>A counter or gauge of the server, all its labels together.</summary>
    public async Task<long> Metric(string name)
    {
        string answer = await Ask(0, new IPEndPoint(server.Address, 9180), "GET /metrics");
        return answer.Split('\n')
            .Where(l => l.StartsWith($"straightwire_{name}", StringComparison.Ordinal))
            .Sum(l => (long)double.Parse(l[(l.LastIndexOf(' ') + 1)..]));
    }

    /// <summary>One round of all clients: those that got what they asked for, in time.</summary>
    public async Task<int> Round()
    {
        bool[] served = await Task.WhenAll(Enumerable.Range(0, Count).Select(IsServed));
        return served.Count(s => s);
    }

    private async Task<bool> IsServed(int client)
    {
        (string request, string status) = Kinds[client % Kinds.Length];
        string answer = await Ask(client, server, request);
        bool served = answer.StartsWith($"HTTP/1.1 {status}", StringComparison.Ordinal);
        if (!served)
        {
            Console.WriteLine($"client {client}: {request.Split('\r')[0]}: '{answer.Split('\r')[0]}'");
        }
        return served;
    }

    // The whole answer, or what of it, or of what went wrong, there was within the limit.
    private static async Task<string> Ask(int client, IPEndPoint to, string request)
    {
        string text = request.Contains("HTTP/", StringComparison.Ordinal) ? request : request + " HTTP/1.1";
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse($"198.18.0.{101 + client}"), 0));
            await socket.ConnectAsync(to, limit.Token);
            byte[] bytes = Encoding.ASCII.GetBytes(text + "\r\nHost: a\r\nConnection: close\r\n\r\n");
            await socket.SendAsync(bytes, limit.Token);
            var answer = new StringBuilder();
            byte[] buffer = new byte[65_536];
            for (int count; (count = await socket.ReceiveAsync(buffer, limit.Token)) > 0;)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
            return answer.ToString();
        }
        catch (OperationCanceledException)
        {
            return "no answer in time";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }
}
