using Microsoft.Extensions.Logging;
using Straightwire.Appliance.Services;
using Straightwire.Stack.Ip;
using Straightwire.Stack.Wire;

namespace Straightwire.Appliance.Hosting;

/// <summary>
/// What the service manager and the log are told of where the server is found. From any thread.
/// </summary>
/// <param name="manager">Told how the server is.</param>
/// <param name="plans">The services that run.</param>
/// <param name="link">The name of the interface, for when it has no address.</param>
/// <param name="address">The server's address and its network.</param>
/// <param name="logger">Told where the services are.</param>
public sealed class ServerPresence(
    ServiceManager manager, IReadOnlyList<IServicePlan> plans, string link, IpPrefix address, ILogger logger)
{
    private readonly Lock _telling = new();
    private IpPrefix? _address = address;
    private bool _isStopping;

    private string Status => _address is { } own
        ? plans[0].Describe(own).First()
        : $"No address: {link} has none at present";

    /// <summary>The server answers from now on.</summary>
    public void Ready()
    {
        lock (_telling)
        {
            if (!_isStopping)
            {
                manager.Ready(Status);
            }
        }
    }

    /// <summary>It drains, and nothing else is told any more.</summary>
    public void Stopping()
    {
        lock (_telling)
        {
            _isStopping = true;
            manager.Stopping();
        }
    }

    /// <summary>The network has changed.</summary>
    /// <param name="state">Who the server is now.</param>
    /// <param name="isQuiet">So much is told at present that the log is spared.</param>
    public void Adopt(NetworkState state, bool isQuiet)
    {
        lock (_telling)
        {
            if (state.Address == _address)
            {
                return;
            }
            _address = state.Address;
            if (!_isStopping)
            {
                manager.Status(Status);
            }
        }
        if (state.Address is { } own && !isQuiet)
        {
            Banner.WriteServices(logger, plans, own);
        }
    }
}
