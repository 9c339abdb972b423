using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Sandbox;
using Straightwire.Appliance.Text;
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
        return new Commands(
            new PrintableWriter(Console.Out), new PrintableWriter(Console.Error), input).Run(args);
    }
}
