using Straightwire.Appliance.Services.Ftp;
using Straightwire.Appliance.Services.Http;
using Straightwire.Appliance.Services.Metrics;

namespace Straightwire.Appliance.Options;

/// <summary>
/// The services of the program. With the options' root this is all that names one outside of its folder.
/// </summary>
public static class ServiceCatalog
{
    /// <summary>All of them, in the order in which they are told of.</summary>
    public static IReadOnlyList<ServiceKind> Kinds { get; } =
    [
        new(options => new HttpPlan(options.Http, options.ToPlanContext()), HttpPlan.CommandSettings),
        new(options => new FtpPlan(options.Ftp, options.ToPlanContext()), FtpPlan.CommandSettings),
        new(
            options => new MetricsPlan(options.Metrics, options.ToPlanContext()), MetricsPlan.CommandSettings)
        {
            Commands = MetricsPlan.Commands,
        },
    ];
}
