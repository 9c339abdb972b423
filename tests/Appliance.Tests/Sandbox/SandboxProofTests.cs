using System.Diagnostics;
using System.Globalization;
using Straightwire.Appliance.Tests.Support;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Tests.Sandbox;

/// <summary>What the sandbox denies and lets be, tried from inside by <see cref="SandboxProver"/>.</summary>
[TestFixture]
public sealed class SandboxProofTests
{
    [TestCase("read")]
    [TestCase("change")]
    public void Every_denial_holds_on_every_kind_of_thread(string access)
    {
        if (Landlock.Version() < Landlock.VersionMin)
        {
            Skip.Because("this kernel has no Landlock");
        }
        using var content = new TemporaryContent();
        File.WriteAllText(Path.Combine(content.Www, "index.html"), "index");
        File.WriteAllText(Path.Combine(content.Www, "changed"), "");
        string logs = Directory.CreateDirectory(Path.Combine(content.Root, "logs")).FullName;
        string log = Path.Combine(logs, "server.log");
        File.WriteAllText(log, "");
        string outside = Path.Combine(content.Root, "outside");
        File.WriteAllText(outside, "nobody's");

        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Straightwire.Appliance.Tests"),
            ["sandbox", content.Www, access, log, outside])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, $"{output}\n{error.Result}");
        string summary = output.Split('\n')[^1];
        Assert.That(summary, Does.EndWith("checks, 0 faults"));
        int checks = int.Parse(summary.Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.That(checks, Is.GreaterThan(4 * 100), "four kinds of threads, a hundred denials each");
        Assert.That(File.ReadAllText(outside), Is.EqualTo("nobody's"));
    }

    [TestCase("filter")]
    [TestCase("written")]
    public void Memory_is_not_made_executable(string forbidden)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Straightwire.Appliance.Tests"), ["code", forbidden]);

        // All that is executed afterwards is compiled before.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using Process process = Process.Start(start)!;
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, "how many of the attempts were not refused as they should be");
    }
}
