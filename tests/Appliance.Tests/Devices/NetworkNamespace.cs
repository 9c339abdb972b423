using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Devices.Native;

namespace Straightwire.Appliance.Tests.Devices;

/// <summary>
/// A network of the test's own: interfaces made there touch nobody else's and vanish with it.
/// </summary>
internal static class NetworkNamespace
{
    /// <summary>
    /// Runs <paramref name="body"/> on a thread with a new network namespace; threads and processes that it
    /// starts are in it too. Skips the test where that, or a TAP, is not allowed.
    /// </summary>
    public static void Run(Action body)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Syscalls.Unshare(Syscalls.NewNetwork) < 0 || !File.Exists("/dev/net/tun"))
                {
                    Skip.Because(
                        "A TAP needs root and /dev/net/tun: run the tests as root, or through 'unshare -r'.");
                }
                body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>Runs iproute2's ip in the namespace of the calling thread; what it wrote.</summary>
    public static string Ip(params string[] arguments) => Run("ip", "iproute2", arguments);

    /// <summary>Runs ethtool there.</summary>
    public static string Ethtool(params string[] arguments) => Run("ethtool", "ethtool", arguments);

    private static string Run(string tool, string package, string[] arguments)
    {
        if (!new[] { "/usr/sbin", "/sbin", "/usr/bin" }.Any(d => File.Exists(Path.Combine(d, tool))))
        {
            Skip.Because($"There is no '{tool}' here: install the package {package}.");
        }
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"{tool} did not start");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
        return output;
    }
}
