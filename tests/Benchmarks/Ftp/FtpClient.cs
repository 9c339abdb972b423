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

    // .NET counts calls in pauses only, and compiles what is called often up to three times.
    private const int WarmWaves = 5;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

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

    /// <summary>
    /// Holds so many idle sessions and prints by how many kB of 1,024 bytes the server's processes grew for
    /// each.
    /// </summary>
    public static int Idle(string address, string process, string count)
    {
        var server = IPAddress.Parse(address);
        int id = Number(process);
        for (int wave = 0; wave < WarmWaves; wave++)
        {
            Hold(server, WarmSessions).ForEach(s => s.Dispose());
            Thread.Sleep(Settle);
        }

        // These stay, so that no memory of theirs is used again by those that count.
        List<FtpControl> warm = Hold(server, WarmSessions);
        Thread.Sleep(Settle);
        double before = ProcessTree.ProportionalKilobytes(id);
        List<FtpControl> sessions = Hold(server, Number(count));
        Thread.Sleep(Settle);
        double grown = ProcessTree.ProportionalKilobytes(id) - before;
        warm.ForEach(s => s.Dispose());
        sessions.ForEach(s => s.Dispose());
        Console.WriteLine((grown / sessions.Count).ToString("F3", CultureInfo.InvariantCulture));
        return 0;
    }

    private static List<FtpControl> Hold(IPAddress server, int count)
    {
        var sessions = new List<FtpControl>();
        for (int i = 0; i < count; i++)
        {
            sessions.Add(new FtpControl(server));
            sessions[^1].LogIn();
        }
        return sessions;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
