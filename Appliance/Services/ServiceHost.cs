using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Content;
using Straightwire.Appliance.Faults;
using Straightwire.Protocols.Metrics;

namespace Straightwire.Appliance.Services;

/// <summary>What a service is opened with.</summary>
/// <param name="Content">What is served.</param>
/// <param name="Metrics">The metrics of the whole program.</param>
/// <param name="Logger">The program's log.</param>
/// <param name="Faults">Told of jobs of helper threads that fail by a fault.</param>
public readonly record struct ServiceHost(
    ContentStore Content, IMetricsSource Metrics, ILogger Logger, FaultLog Faults);
