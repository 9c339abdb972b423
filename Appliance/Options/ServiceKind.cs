using Straightwire.Appliance.Services;

namespace Straightwire.Appliance.Options;

/// <summary>A service that the program has.</summary>
/// <param name="Plan">Makes its plan of the options.</param>
/// <param name="CommandSettings">The options of the command line that set its keys.</param>
public sealed record ServiceKind(
    Func<ApplianceOptions, IServicePlan> Plan, IReadOnlyList<CommandSetting> CommandSettings)
{
    /// <summary>Its commands.</summary>
    public IReadOnlyList<ServiceCommand> Commands { get; init; } = [];
}
