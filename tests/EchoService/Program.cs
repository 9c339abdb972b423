using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Options;

namespace Straightwire.EchoService;

internal static class Program
{
    public static int Main(string[] args) =>
        ProgramRun.Of(args, [.. ServiceCatalog.Kinds, new ServiceKind(_ => new EchoPlan(), [])]);
}
