namespace Straightwire.Simulation;

/// <summary>
/// What was simulated broke a rule of the simulation: a malformed frame, a loop without progress, no end in
/// time.
/// </summary>
public sealed class SimulationException(string message) : Exception(message);
