using Straightwire.Stack.Wire;

namespace Straightwire.Stack.Ip;

/// <summary>
/// Where a transport speaks for the address: on all ports of it, or, where the kernel of the host has the
/// address too, on the server's alone. On the others the kernel answers by itself.
/// </summary>
/// <param name="protocol">The transport's protocol.</param>
/// <param name="sharedPorts">The server's ports; null: the address is ours alone.</param>
internal sealed class OwnPorts(byte protocol, IReadOnlyList<ServicePort>? sharedPorts)
{
    private readonly PortSpan[]? _spans =
        sharedPorts is null ? null : ServicePort.Of(protocol, sharedPorts);

    /// <summary>Whether a port is ours.</summary>
    public bool Has(ushort port)
    {
        if (_spans is null)
        {
            return true;
        }
        foreach (PortSpan span in _spans)
        {
            if (span.Contains(port))
            {
                return true;
            }
        }
        return false;
    }
}
