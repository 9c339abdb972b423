using Straightwire.Appliance.CommandLine;

namespace Straightwire.Appliance;

internal static class Program
{
    public static int Main(string[] args) => new Commands(Console.Out, Console.Error).Run(args);
}
