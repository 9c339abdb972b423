using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Straightwire.Benchmarks.Http;

/// <summary>
/// Asks at a fixed rate, whatever the answers do (an open loop): a request's time counts from the moment it
/// was due, so that a server that stalls cannot hide the requests that its stall holds back. One thread
/// looks at all connections in turn and never sleeps, so that no wake-up of its own is in the times.
/// </summary>
internal static class LatencyClient
{
    private const int WarmSeconds = 1;

    private static readonly double[] Percentiles = [50, 99, 99.9];

    /// <summary>
    /// Prints the microseconds below which 50, 99 and 99.9 % of the times lie; fails when the server does
    /// not keep up.
    /// </summary>
    public static int Run(string address, string path, string rate, string connections, string seconds)
    {
        int perSecond = Number(rate);
        int warm = WarmSeconds * perSecond;
        long[] times = new long[warm + (Number(seconds) * perSecond)];
        List<HttpConnection> all = [];
        try
        {
            for (int i = 0; i < Number(connections); i++)
            {
                all.Add(new HttpConnection(IPAddress.Parse(address), path));
            }
            Load(all, perSecond, times);
        }
        finally
        {
            all.ForEach(connection => connection.Dispose());
        }
        long[] counted = times[warm..];
        Array.Sort(counted);
        foreach (double percentile in Percentiles)
        {
            long ticks = counted[(int)Math.Min(counted.Length - 1, counted.Length * percentile / 100)];
            double microseconds = ticks * 1e6 / Stopwatch.Frequency;
            Console.WriteLine(microseconds.ToString("F1", CultureInfo.InvariantCulture));
        }
        return 0;
    }

    private static void Load(List<HttpConnection> all, int perSecond, long[] times)
    {
        var idle = new Queue<HttpConnection>(all);
        List<HttpConnection> busy = new(all.Count);
        double interval = (double)Stopwatch.Frequency / perSecond;
        long start = Stopwatch.GetTimestamp();
        int sent = 0;
        int answered = 0;
        while (answered < times.Length)
        {
            long now = Stopwatch.GetTimestamp();
            while (sent < times.Length && start + (long)(sent * interval) <= now
                && idle.TryDequeue(out HttpConnection? next))
            {
                next.Ask(start + (long)(sent++ * interval));
                busy.Add(next);
            }
            for (int i = busy.Count - 1; i >= 0; i--)
            {
                HttpConnection asked = busy[i];
                if (asked.TryFinish())
                {
                    times[answered++] = Stopwatch.GetTimestamp() - asked.Due;
                    busy[i] = busy[^1];
                    busy.RemoveAt(busy.Count - 1);
                    idle.Enqueue(asked);
                }
            }
            if (now - start > 2 * times.Length * interval)
            {
                throw new InvalidOperationException(
                    $"{answered} of {times.Length} answers came in twice the time for all");
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
