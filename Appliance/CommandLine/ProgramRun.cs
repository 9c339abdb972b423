using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Options;
using Straightwire.Appliance.Text;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance.CommandLine;

/// <summary>The program from its first line on, with services of its own choice.</summary>
public static class ProgramRun
{
    /// <summary>Runs it and returns the exit status (<see cref="ExitCode"/>).</summary>
    /// <param name="args">The command line.</param>
    /// <param name="kinds">The services that the program has.</param>
    public static int Of(string[] args, IReadOnlyList<ServiceKind> kinds)
    {
        StandardStreams.Ensure();
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
            Environment.Exit(Tell((Exception)e.ExceptionObject));
        try
        {
            if (NextImage.Take() is { } text)
            {
                return SecondImage.Run(text, kinds);
            }
            TextReader? input = Console.IsInputRedirected ? Console.In : null;
            return new Commands(
                new PrintableWriter(Console.Out), new PrintableWriter(Console.Error), input, kinds).Run(args);
        }
        catch (Exception e)
        {
            return Tell(e);
        }
    }

    private static int Tell(Exception e)
    {
        LastWords.Tell(LastWords.Of(e));
        return ExitCode.Failure;
    }
}
