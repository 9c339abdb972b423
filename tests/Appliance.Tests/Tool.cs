using System.ComponentModel;
using System.Diagnostics;
using Straightwire.Appliance.Tests.Support;

namespace Straightwire.Appliance.Tests;

/// <summary>
/// Programs of the system that tests use. A test whose tool is missing is ignored and says which Debian
/// package has it.
/// </summary>
internal static class Tool
{
    /// <summary>Runs one to its end.</summary>
    public static (int Status, string Output, string Error) Run(
        string package, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (Win32Exception)
        {
            Skip.Because($"{program} is missing: it is in the Debian package {package}");
            throw;
        }
    }
}
