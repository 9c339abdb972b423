using System.Diagnostics;
using System.Globalization;

namespace Straightwire.Benchmarks.Paths;

/// <summary>curl, one transfer after the other, each on a connection of its own.</summary>
internal sealed class CurlClient
{
    private const int TimedOut = 28;

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private CurlClient(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Starts to ask for something so often.</summary>
    /// <param name="star">Where.</param>
    /// <param name="url">What.</param>
    /// <param name="count">How often.</param>
    /// <param name="seconds">After how many seconds a transfer is given up.</param>
    public static CurlClient Download(PathStar star, string url, int count = 1, int seconds = 300) => Start(
        star, seconds, ["-H", "Connection: close", .. Enumerable.Repeat(url, count)
            .SelectMany(u => (string[])["-o", "/dev/null", u])]);

    /// <summary>Starts to upload a file.</summary>
    public static CurlClient Upload(PathStar star, string file, string url, int seconds = 300) =>
        Start(star, seconds, ["-T", file, url]);

    /// <summary>Waits for its end and returns what each transfer was.</summary>
    /// <param name="mayTimeOut">Whether a transfer that is given up is none that failed.</param>
    /// <exception cref="InvalidOperationException">A transfer failed.</exception>
    public IReadOnlyList<Transfer> Wait(bool mayTimeOut = false)
    {
        string output = _output.Result;
        _process.WaitForExit();
        int status = _process.ExitCode;
        _process.Dispose();
        if (status != 0 && !(mayTimeOut && status == TimedOut))
        {
            throw new InvalidOperationException($"curl {status}: {_error.Result.Trim()} {output.Trim()}");
        }
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Transfer.Read)];
    }

    private static CurlClient Start(PathStar star, int seconds, IEnumerable<string> arguments) => new(
        star.StartClient(
        [
            "curl", "-sS", "--fail", "-m", seconds.ToString(CultureInfo.InvariantCulture), "-w",
            "%{time_total} %{time_pretransfer} %{size_download}\n", .. arguments,
        ]));

    /// <summary>A transfer.</summary>
    /// <param name="Seconds">From its begin to its end.</param>
    /// <param name="Prepared">From its begin to where the file's bytes are next: after FTP's login.</param>
    /// <param name="Bytes">Bytes that came.</param>
    internal readonly record struct Transfer(double Seconds, double Prepared, long Bytes)
    {
        /// <summary>Reads what curl told of it.</summary>
        public static Transfer Read(string line)
        {
            double[] numbers =
                [.. line.Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
            return new Transfer(numbers[0], numbers[1], (long)numbers[2]);
        }
    }
}
