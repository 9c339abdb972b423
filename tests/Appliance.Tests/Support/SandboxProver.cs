using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Sandbox;
using Straightwire.Appliance.Services.Ftp;
using Straightwire.Devices.Native;
using Straightwire.Devices.Processes;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance.Tests.Support;

/// <summary>
/// A program that enters the server's sandbox as the server does, and tries from inside, on threads of every
/// kind, what must fail and what must not. Says what was otherwise.
/// </summary>
internal static class SandboxProver
{
    private const int SignalChild = 17;
    private const int CloneNewNetwork = 0x40000000;
    private const int CloneThread = 0x00010000;
    private const int NotPermitted = 1;
    private const int NoSuchCall = 38;
    private const int Interrupted = 4;

    private static readonly List<string> Faults = [];
    private static int _checks;

    /// <summary>Restricts this thread, and executes this program again.</summary>
    /// <param name="content">The directory that would be served.</param>
    /// <param name="mayChange">Whether a user of FTP could change it.</param>
    /// <param name="log">The file that would be the log.</param>
    /// <param name="outside">A file that anybody may read and write, and which is none of these.</param>
    public static int Enter(string content, bool mayChange, string log, string outside)
    {
        var options = new ApplianceOptions
        {
            Content = new ContentOptions { Directory = content },
            Log = new LogSettings { File = log },
            Server = new ServerSettings { SandboxParent = false },
            Ftp = new FtpSettings
            {
                Users =
                [
                    new FtpUserSettings
                    {
                        Name = "user",
                        Rights = mayChange ? [FtpRight.Read, FtpRight.Write] : [FtpRight.Read],
                    },
                ],
            },
        };
        List<SandboxRule> rules = SandboxRules.For(new ConfigurationBuilder().Build(), options);
        string? missing = ProcessSandbox.Enter(rules);
        if (missing is not null)
        {
            Console.WriteLine($"missing: {missing}");
        }
        byte[] text = System.Text.Encoding.UTF8.GetBytes(
            string.Join('\n', content, mayChange ? "change" : "read", log, outside));
        string reason = NextImage.Execute(
            NextImage.Leave(text), [], ("DOTNET_EnableDiagnostics", "0"));
        Console.Error.WriteLine(reason);
        return 1;
    }

    /// <summary>Seals this process and tries everything.</summary>
    public static int Prove(string[] left)
    {
        // The program itself may be executed until then, and nothing else.
        string refusal = ProcessControl.Execute("/bin/true", ["true"], []);
        Record("main", "execute another program", NativeError.Describe(NativeError.AccessDenied), refusal);
        if (ProcessSandbox.Seal() is { } missing)
        {
            Faults.Add(missing);
        }
        TryAll("main", left);
        RunToEnd(new Thread(() => TryAll("new", left)));
        Task.Run(() => TryAll("pool", left)).GetAwaiter().GetResult();
        Finalizing.Run(() => TryAll("finalizer", left));
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            CheckStatus(task);
        }
        foreach (string fault in Faults)
        {
            Console.WriteLine(fault);
        }
        Console.WriteLine($"{_checks} checks, {Faults.Count} faults");
        return Faults.Count == 0 ? 0 : 1;
    }

    private static void RunToEnd(Thread thread)
    {
        thread.Start();
        thread.Join();
    }

    private static void TryAll(string thread, string[] left)
    {
        TryCalls(thread);
        (string content, bool mayChange, string log, string outside) =
            (left[0], left[1] == "change", left[2], left[3]);
        const string Denied = "UnauthorizedAccessException";
        foreach (string path in (string[])["/etc/shadow", "/etc/passwd", outside, "/proc/1/environ", log])
        {
            File(thread, $"read {path}", Denied, () => System.IO.File.ReadAllText(path));
        }
        File(thread, "list /", Denied, () => Directory.GetFileSystemEntries("/"));
        File(thread, "write outside", Denied, () => System.IO.File.AppendAllText(outside, "x"));
        File(thread, "make outside", Denied, () => System.IO.File.WriteAllText(outside + thread, "x"));
        File(thread, "remove outside", Denied, () => System.IO.File.Delete(outside));
        File(thread, "read content", "", () => System.IO.File.ReadAllText($"{content}/index.html"));
        File(thread, "list content", "", () => Directory.GetFileSystemEntries(content));
        File(thread, "write a log", "", () => System.IO.File.AppendAllText(log, "line\n"));
        File(thread, "roll a log", "", () => System.IO.File.WriteAllText($"{log}.{thread}", "line\n"));
        File(thread, "remove a log", "", () => System.IO.File.Delete($"{log}.{thread}"));
        string expected = mayChange ? "" : Denied;
        string made = $"{content}/made-{thread}";
        File(thread, "make in content", expected, () => System.IO.File.WriteAllText(made, "made"));
        File(thread, "change content", expected, () => System.IO.File.AppendAllText(
            $"{content}/changed", thread));
        if (mayChange)
        {
            File(thread, "make a directory", "", () => Directory.CreateDirectory($"{made}.d/e"));
            File(thread, "move in content", "", () => System.IO.File.Move(made, $"{made}.d/e/moved"));
            File(thread, "remove from content", "", () => Directory.Delete($"{made}.d", recursive: true));
            File(thread, "move out of content", Denied, () => System.IO.File.Move(
                $"{content}/changed", outside + ".moved"));
        }
        GC.Collect();
    }

    private static void TryCalls(string thread)
    {
        Architecture architecture = RuntimeInformation.ProcessArchitecture;
        foreach (SystemCall call in DeniedCalls.Always.Where(call => call.On(architecture) >= 0))
        {
            Call(thread, call.Name, NotPermitted, call.On(architecture), -1);
        }
        int clone = DeniedCalls.Clone.On(architecture);
        Call(thread, "clone of a process", NotPermitted, clone, SignalChild);
        Call(thread, "clone into a namespace", NotPermitted, clone, CloneNewNetwork | CloneThread);
        Call(thread, "clone3", NoSuchCall, DeniedCalls.Clone3.On(architecture), 0);
        Call(thread, "a call of a later kernel", NoSuchCall, DeniedCalls.LastKnown + 1, 0);
        foreach (SystemCall call in DeniedCalls.OnlyOnItself)
        {
            Call(thread, $"{call.Name} of another process", NotPermitted, call.On(architecture), 1);
        }
        Call(thread, "kill of itself", 0, DeniedCalls.OnlyOnItself[0].On(architecture),
            Environment.ProcessId);
        Call(thread, "typing into the terminal", NotPermitted,
            DeniedCalls.InputOutputControl.On(architecture), 0, 0x5412);
        if (architecture == Architecture.X64)
        {
            Call(thread, "socket of x32", NotPermitted, unchecked((int)SeccompFilter.X32) + 41, 2);
        }
    }

    private static void Call(string thread, string name, int expected, nint number, nint a, nint b = 0)
    {
        int error;
        do
        {
            error = Syscalls.Call(number, a, b, 0, 0) < 0 ? NativeError.Last : 0;
        }
        while (error == Interrupted);
        Record(thread, name, Text(expected), Text(error));

        static string Text(int error) => error.ToString(CultureInfo.InvariantCulture);
    }

    private static void File(string thread, string name, string expected, Action action)
    {
        string found = "";
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            found = e.GetType().Name;
        }
        Record(thread, name, expected, found);
    }

    private static void CheckStatus(string task)
    {
        string[] lines = System.IO.File.ReadAllLines($"{task}/status");
        foreach (string set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
        {
            Record(task, set, $"{set}:\t0000000000000000", lines.First(l => l.StartsWith(set, Ordinal)));
        }
        Record(task, "NoNewPrivs", "NoNewPrivs:\t1", lines.First(l => l.StartsWith("NoNewPrivs", Ordinal)));
        Record(task, "Seccomp", "Seccomp:\t2", lines.First(l => l.StartsWith("Seccomp:", Ordinal)));
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private static void Record(string thread, string name, string expected, string found)
    {
        _checks++;
        if (found != expected)
        {
            Faults.Add($"{thread}: {name}: '{found}' instead of '{expected}'");
        }
    }

    /// <summary>Runs an action on the thread that runs finalizers.</summary>
    private sealed class Finalizing(Action action)
    {
        ~Finalizing() => action();

        public static void Run(Action action)
        {
            using var done = new ManualResetEventSlim();
            Drop(() =>
            {
                action();
                done.Set();
            });
            for (int i = 0; i < 100 && !done.IsSet; i++)
            {
                GC.Collect();
                done.Wait(50);
            }
            if (!done.IsSet)
            {
                Faults.Add("the finalizer did not run");
            }
        }

        private static void Drop(Action action) => RunToEnd(new Thread(() => _ = new Finalizing(action)));
    }
}
