using Straightwire.Stack.Tcp;
using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tests.Faults;

/// <summary>Keeps what faults were survived.</summary>
internal sealed class FaultRecorder : IFaultSink
{
    public List<(FaultPlace Place, FlowKey Flow, Exception Fault)> Faults { get; } = [];

    public void OnFault(FaultPlace place, in FlowKey flow, Exception fault) =>
        Faults.Add((place, flow, fault));
}
