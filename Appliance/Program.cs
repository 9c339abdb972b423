using Straightwire.Appliance.CommandLine;
using Straightwire.Appliance.Options;

namespace Straightwire.Appliance;

internal static class Program
{
    public static int Main(string[] args) => ProgramRun.Of(args, ServiceCatalog.Kinds);
}
