using Straightwire.Appliance.Services;
using Straightwire.Stack.Wire;

namespace Straightwire.EchoService;

/// <summary>The echo protocol over UDP (RFC 862).</summary>
internal sealed class EchoPlan : IServicePlan
{
    /// <summary>Its port (RFC 862).</summary>
    public const int Port = 7;

    /// <inheritdoc/>
    public string Name => "echo";

    /// <inheritdoc/>
    public bool IsEnabled => true;

    /// <inheritdoc/>
    public IReadOnlyList<PlannedPort> Ports => [PlannedPort.Udp("echo/port", Port)];

    /// <inheritdoc/>
    public IEnumerable<string> Describe(IpPrefix own) => [$"Echoing at {own.Address}, UDP {Port}"];

    /// <inheritdoc/>
    public IService Open(in ServiceHost host) => new EchoServer();
}
