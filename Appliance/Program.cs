using Straightwire.Appliance.CommandLine;

namespace Straightwire.Appliance;

internal static class Program
{
    public static int Main(string[] args)
    {
        TextReader? input = Console.IsInputRedirected ? Console.In : null;
        return new Commands(Console.Out, Console.Error, input).Run(args);
    }
}
