using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Sandbox;
using Straightwire.Devices.Sandbox;

namespace Straightwire.Appliance;

internal static class Program
{
    public static int Main(string[] args)
    {
        if (NextImage.Take() is { } text)
        {
            return SecondImage.Run(text);
        }
        TextReader? input = Console.IsInputRedirected ? Console.In : null;
        return new Commands(Console.Out, Console.Error, input).Run(args);
    }
}
