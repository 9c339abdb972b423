namespace Straightwire.Appliance.Services;

/// <summary>A command of the program's that is a service's.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="Description">Sentences for --help.</param>
/// <param name="Run">
/// Runs it with the service's plan, what was asked for and faults written to the two; gives the exit status.
/// </param>
public sealed record ServiceCommand(
    string Name, string Description, Func<IServicePlan, TextWriter, TextWriter, int> Run);
