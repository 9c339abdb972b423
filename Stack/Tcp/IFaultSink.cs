using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Tcp;

/// <summary>
/// Is told of faults of this program that were survived: a connection that was reset, or a frame that was
/// dropped. Called on the shard's thread; it throws nothing, and returns at once.
/// </summary>
public interface IFaultSink
{
    /// <summary>A fault was survived.</summary>
    /// <param name="place">What was under way.</param>
    /// <param name="flow">Whose connection was reset; that of zeros where it was none's.</param>
    /// <param name="fault">What was thrown.</param>
    void OnFault(FaultPlace place, in FlowKey flow, Exception fault);
}
