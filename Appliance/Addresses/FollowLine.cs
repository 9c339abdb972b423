using Microsoft.Extensions.Logging;

namespace Straightwire.Appliance.Addresses;

/// <summary>What is told to the operator.</summary>
/// <param name="Level">How serious it is.</param>
/// <param name="Text">What happened and what it means, as a sentence.</param>
public readonly record struct FollowLine(LogLevel Level, string Text);
