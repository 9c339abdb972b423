using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Straightwire.Benchmarks.Rig;

namespace Straightwire.Benchmarks.Ftp;

/// <summary>
/// The load generator of the rows that no client at hand can measure; a process of its own, since it runs in
/// the namespace of the server's link.
/// </summary>
internal static class FtpClient
{
    private const int WarmSessions = 100;

    /// <summary>
    /// Logs in and fetches so often, one session after the other; prints the median of the microseconds from
    /// connecting to the first byte of the file.
    /// </summary>
    public static int LogIn(string address, string path, string count)
    {
        var server = IPAddress.Parse(address);
        int sessions = Number(count);
        var times = new List<double>(sessions);
        for (int i = -WarmSessions; i < sessions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using var control = new FtpControl(server);
            control.LogIn();
            using Socket data = control.BeginFetch(path);
            double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            control.EndFetch(data);
            control.Command("QUIT", "221");
            if (i >= 0)
            {
                times.Add(microseconds);
            }
        }
        Console.WriteLine(ResultTable.Median(times).ToString("F3", CultureInfo.InvariantCulture));
        return 0;
    }

    /// <summary>Holds so many idle sessions: see <see cref="IdleMemory"/>.</summary>
    public static int Idle(string address, string process, string count)
    {
        var server = IPAddress.Parse(address);
        return IdleMemory.Measure(process, count, () =>
        {
            var session = new FtpControl(server);
            session.LogIn();
            return session;
        });
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
