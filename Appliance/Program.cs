using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Configuration;
using Straightwire.Appliance.Faults;
using Straightwire.Appliance.Text;
using Straightwire.Devices.Processes;

namespace Straightwire.Appliance;

internal static class Program
{
    public static int Main(string[] args)
    {
        StandardStreams.Ensure();
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
            Environment.Exit(Tell((Exception)e.ExceptionObject));
        try
        {
            if (NextImage.Take() is { } text)
            {
                return SecondImage.Run(text);
            }
            TextReader? input = Console.IsInputRedirected ? Console.In : null;
            return new Commands(
                new PrintableWriter(Console.Out), new PrintableWriter(Console.Error), input).Run(args);
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
