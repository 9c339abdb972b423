using System.Diagnostics;

namespace Straightwire.Benchmarks.Paths;

/// <summary>tshark looks at what passed a relay.</summary>
internal static class CaptureCheck
{
    // Where a TCP checksum comes out as zero, Linux sends its equal in one's complement, which tshark does
    // not like.
    private const string ZeroSumOfLinux =
        "tcp.checksum == 0xffff && ip.src == " + PathServer.ClientAddress;

    private const string Bad =
        """_ws.malformed || ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" """;

    /// <summary>
    /// Malformed packets and bad checksums in a capture, a line each, and how many packets there are.
    /// </summary>
    public static (string[] Bad, int Packets) Look(string capture)
    {
        string[] all = Read(capture, "tcp");
        return (Read(capture, $"({Bad}) && !({ZeroSumOfLinux})"), all.Length);
    }

    private static string[] Read(string capture, string filter)
    {
        var start = new ProcessStartInfo("tshark",
        [
            // What was lost behind the relay is in the capture, and comes again cut otherwise: no text is put
            // together of both.
            "-n", "-r", capture, "-o", "tcp.desegment_tcp_streams:FALSE", "-o", "tcp.check_checksum:TRUE",
            "-o", "ip.check_checksum:TRUE", "-Y", filter,
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException(error.Result);
    }
}
